"""What people see: Streamlit, and only Streamlit. Pages read state, show it and send commands."""
