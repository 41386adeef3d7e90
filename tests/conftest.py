"""Marks that whole files bear, and how often rubbish is looked for."""

import gc

import pytest

# Formulas are small objects by the million that outlive a test in SymPy's caches: looking through
# all of them every few hundred takes a twentieth of the time.
gc.set_threshold(20_000, 20, 20)

# The heart of every room: whole files, or the named tests of a file.  Each takes seconds.
CORE = {
    # language and networks
    "test_building": (), "test_extents": (), "test_functions": (), "test_indices": (),
    "test_network": (), "test_notation": (), "test_options": (),
    # calculus
    "test_choices": ("test_second_derivatives_choose_too", "test_what_is_finite",
                     "test_without_the_law_what_is_not_chosen_is_caught"),
    "test_differentiate": (),
    "test_simplify": (),
    # arrays
    "test_clip": (),
    "test_passes": (
        "test_what_is_added_stays", "test_what_is_looked_up_in_it",
        "test_without_the_normal_form_what_is_added_is_lost",
        "test_of_one_tensor_what_is_assigned_stands_first",
        "test_every_pass_says_why_it_stands_where_it_stands",
        "test_a_pass_that_breaks_its_graph_is_named",
    ),
    "test_programs": (),
    "test_three_ways": (
        "test_a_wrong_module_is_seen", "test_a_wrong_program_is_seen",
        "test_a_wrong_derivative_is_seen", "test_the_naive_program_is_another_one",
        "test_nothing_equals_nan", "test_what_the_evaluator_would_do_is_counted",
    ),
    # targets
    "test_accept": (), "test_numpy_module": (),
    "test_latex": (
        "test_the_derivative_by_w1_is_the_chain_of_four", "test_all_nine_derivatives",
        "test_the_backward_pass_in_index_form", "test_the_backward_pass_in_matrix_form",
        "test_every_printed_equation_evaluates_to_what_it_names",
        "test_gradients_are_those_of_the_plain_derivative",
        "test_matrix_forms_evaluate_to_what_they_name",
        "test_second_derivatives_are_those_of_the_gradient",
        "test_a_wrong_sign_a_lost_factor_and_a_wrong_index_are_caught",
        "test_a_wrong_matrix_form_is_caught", "test_hostile_titles_are_inert",
    ),
    # check and shrinking
    "test_check": (
        "test_a_sound_module_is_accepted_and_the_judge_is_named",
        "test_a_corrupted_module_is_refused_by_the_name_of_what_is_wrong",
        "test_a_wrong_loss_with_its_right_gradient_is_seen",
        "test_each_parameter_is_judged_by_its_own_scale",
        "test_the_numbers_are_the_same_in_every_version",
        "test_extents_are_unequal_and_leave_room",
    ),
    "test_reduce": ("test_a_broken_stage_is_told_by_its_code",),
    # the command, and all rooms together
    "test_cli": ("test_show_each_stage", "test_new_compiles"),
    "test_rooms": (),
}


def pytest_ignore_collect(collection_path, config):
    """With ``-m core`` alone the other files, which load PyTorch among others, are not read."""
    other = collection_path.suffix == ".py" and collection_path.stem not in CORE
    return True if other and config.option.markexpr.strip() == "core" else None


def pytest_collection_modifyitems(items):
    """``core`` on those tests, but for slow ones."""
    for item in items:
        named = CORE.get(item.path.stem)
        chosen = named is not None and (not named or item.originalname in named)
        if chosen and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.core)
