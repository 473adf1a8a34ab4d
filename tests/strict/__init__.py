"""A package, so that pytest does not put this folder, and with it the double, on the path unasked."""
