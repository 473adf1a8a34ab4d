"""All pictures: `plots`, which draws arrays in one style; one file a family of models; a contact sheet of data.

The only room that imports matplotlib. Nothing is imported here, so that a command which draws nothing need not wait
for it; models, training, evaluation and data know nothing of pictures.
"""
