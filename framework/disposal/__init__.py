"""Retention and disposal: how long a case is kept, who decides that it goes, and what is erased then.

`retention` has the classes and says what is due; `keeping` what is known of one case for that (its class, a death, a legal
hold); `model`, `deciding` and `access` are the disposal as a subject; `disposals` is what pages and the command line use.
"""
