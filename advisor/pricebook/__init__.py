"""Prices: our own dated rows over the token prices of genai-prices, and what can be bought on which day."""
