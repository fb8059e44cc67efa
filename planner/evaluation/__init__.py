"""What a plan is worth when its rates are not what was hoped: both counts of jobs, ranges, optimism."""

from planner.evaluation.outlook import Evaluation, evaluate_classes, paired_values, who_cannot_come, with_outlook

__all__ = ["Evaluation", "evaluate_classes", "paired_values", "who_cannot_come", "with_outlook"]
