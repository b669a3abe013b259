"""Protocol-level load tests: many Streamlit sessions over real websockets, without a browser."""
