"""Exercises that are judged by their result: what the reader made is run on sounds that the reader has not seen.

verdict.py        what a judge answers: the result beside a baseline and a worked solution, a mark, a misconception
material.py       voices of nobody's corpus, made in memory when the first check asks for them
small_base.py     a small base trained on some of them
hand_training.py  a training loop, a scaled loader      best_epoch.py  the weights to keep
layers.py         a front of pooling, a faster convolution
choices.py        a choice without the test, a budget of runs      folds.py  folds that cannot leak
freezing.py       a new head, a body that runs once      gentle.py  two rates, BatchNorm under a frozen body
enrolment.py      which seconds to enrol      few_examples.py  a rare sound, a word from five examples
arrivals.py       voices that come day by day, strangers
"""
