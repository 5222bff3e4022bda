"""The model in Splink's terms: settings for any of its engines, and training with a fixed seed."""

from __future__ import annotations

import logging
from typing import Any

from splink import Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison
from splink.internals.splink_dataframe import SplinkDataFrame

from wenzhou.kernel.linkage.model.persons import Compared, Level, Model

# Splink warns of each degree of agreement that no teaching pair showed; ``smoothed`` is the answer to that.
logging.getLogger("splink").setLevel(logging.ERROR)

RARE_IN_MATCHES = 2e-4
RARE_BY_CHANCE = 1e-9

DIALECT = "duckdb"


def settings(model: Model) -> SettingsCreator:
    """The untrained model."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        comparisons=[_comparison(compared) for compared in model.compared],
        blocking_rules_to_generate_predictions=[_rule(rule) for rule in model.blocking],
        retain_matching_columns=True,  # Splink gives the degrees of agreement only with them
        retain_intermediate_calculation_columns=False,
        em_convergence=0.0005,
        max_iterations=15,
    )


def train(linker: Linker, model: Model) -> dict[str, Any]:
    """Learn from the records without any labels; the same records and seed give the same model, as JSON values."""
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [_rule(rule) for rule in model.sure], recall=model.sure_recall
    )
    training.estimate_u_using_random_sampling(
        max_pairs=model.sample_pairs, seed=model.seed, min_count_per_level=None, num_chunks=1
    )
    for teacher in model.teachers:
        training.estimate_parameters_using_expectation_maximisation(
            _rule(teacher), estimate_without_term_frequencies=True, max_pairs=model.teaching_pairs
        )
    return smoothed(linker.misc.save_model_to_json())


def smoothed(learnt: dict[str, Any]) -> dict[str, Any]:
    """A degree of agreement that no teaching pair showed is rare, not impossible: floors instead of gaps."""
    for comparison in learnt["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = max(level.get("m_probability") or 0.0, RARE_IN_MATCHES)
                level["u_probability"] = max(level.get("u_probability") or 0.0, RARE_BY_CHANCE)
    return learnt


def frequency_columns(model: Model) -> list[str]:
    """Columns whose values' frequencies weigh agreements."""
    return sorted(
        {level.frequency for compared in model.compared for level in compared.levels if level.frequency}
    )


def linker_for(records: SplinkDataFrame, learnt: SettingsCreator | dict[str, Any]) -> Linker:
    """A Splink linker over prepared records, silent but for warnings."""
    return Linker(records, learnt, log_level=None)


def _rule(rule: str) -> CustomRule:
    return CustomRule(rule, sql_dialect=DIALECT)


def _comparison(compared: Compared) -> CustomComparison:
    unknown = CustomLevel(f"NOT ({compared.known})", base_dialect_str=DIALECT).configure(is_null_level=True)
    return CustomComparison(
        output_column_name=compared.code,
        comparison_levels=[unknown, *(_level(level) for level in compared.levels)],
        comparison_description=compared.title.en,
    )


def _level(level: Level) -> CustomLevel:
    if level.when == "1 = 1":
        made = CustomLevel("ELSE", label_for_charts=level.title.en)
    else:
        made = CustomLevel(level.when, label_for_charts=level.title.en, base_dialect_str=DIALECT)
    if level.m is not None:
        made.configure(m_probability=level.m, fix_m_probability=True)
    if level.u is not None:
        made.configure(u_probability=level.u, fix_u_probability=True)
    if level.frequency:
        made.configure(
            tf_adjustment_column=level.frequency,
            tf_minimum_u_value=1e-6,
            disable_tf_exact_match_detection=True,
        )
    return made
