"""How good a trained model is: its figures, those of a game, and the judge of what a generator draws."""
