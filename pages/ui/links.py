"""The pages, for links from one to another. Filled by navigation.py, which is the script and cannot be imported."""

from streamlit.navigation.page import Page

PAGES: dict[str, Page] = {}
