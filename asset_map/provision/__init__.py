"""Provision: which areas there are, who lives in them, and what they can reach. It never imports the store."""
