"""What the bureau would do without the planner, under the same rules: :mod:`ranking`, :mod:`even_split`, :mod:`draft`.

Each is a plan that the independent checker has judged; :mod:`comparison` states the gain against it.
"""
