"""The supervisor's board in parts: lanes of cards, the load, what stands still, what nobody watches."""
