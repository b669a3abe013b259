"""What the app is made of that others wrote: the lock, the licences, and known faults."""
