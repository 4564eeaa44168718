"""Exercises that are judged by their result: what the reader made is run on sounds that the reader has not seen.

verdict.py        what a judge answers: the result beside a baseline and a worked solution, a mark, a misconception
material.py       voices of nobody's corpus, made in memory when the first check asks for them
hand_training.py  a training loop, a scaled loader, the best epoch
layers.py         a front of pooling, a faster convolution
freezing.py       a new head, gentle rates, BatchNorm under a frozen body, a body that runs once
choices.py        a choice without the test, a budget of runs, folds that cannot leak
few_examples.py   what to enrol, a rare sound, a word from five examples, voices day by day, strangers
"""
