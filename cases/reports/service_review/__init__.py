"""The service review for a customer: its figures, and the document that is made of them."""
