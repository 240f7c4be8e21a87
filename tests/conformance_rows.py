"""What the gateway's documentation says, row by row, and the tests that hold it.

Flows out: rows for `conformance.py`. `gateway-docs.txt` is the documentation as it was given to
us; `GATEWAY.md` is what it leaves out. A test is named as pytest names it, without `tests/test_`
and `.py`; without a bracket all its cases are meant.
"""

from __future__ import annotations

from dataclasses import dataclass

_WITHIN = "documentation::test_a_parameter_within_its_range_is_sent_and_taken"
_BEYOND = "documentation::test_a_parameter_outside_its_range_is_refused_before_it_is_sent"
_NEEDED = "documentation::test_the_required_parameters_are_always_sent"
_CHOICE = "documentation::test_a_tool_choice_is_sent_and_taken"
_FORM = "documentation::test_a_message_form_is_sent_and_taken"
_ERROR = "gateway_faults::test_each_documented_error_is_its_own_class"
_OFFICIAL = "gateway_server::test_the_official_client"
_FORMS = "tool_calls::test_every_form_gives_the_same_calls"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that the documentation says."""

    what: str
    says: str
    """In our own words."""
    tests: tuple[str, ...]


def _row(what: str, says: str, *tests: str) -> Row:
    return Row(what, says, tests)


ENDPOINTS = (
    _row("base URL", "`https://ai-gateway.vercel.sh/v1`",
         "documentation::test_the_base_url_is_the_documented_one"),
    _row("`GET /v1/models`", "lists the models",
         "gateway::test_models_are_listed_and_looked_up", f"{_OFFICIAL}_lists_models",
         "gateway_models::test_the_list_shows_context_prices_and_tags"),
    _row("`GET /v1/models/{model}`", "gives one model, whose name may hold a slash",
         "gateway::test_models_are_listed_and_looked_up",
         "gateway_models::test_one_model_is_shown_whole"),
    _row("`POST /v1/chat/completions`", "answers a conversation",
         "documentation::test_the_headers_are_the_documented_ones",
         f"{_OFFICIAL}_reads_a_whole_reply"),
    _row("key", "`AI_GATEWAY_API_KEY`, else `VERCEL_OIDC_TOKEN`",
         "config::test_the_key_comes_from_the_environment_and_is_not_shown",
         "documentation::test_the_second_variable_holds_the_key_where_the_first_is_not_set"),
    _row("headers", "the key as a bearer, the body as JSON",
         "documentation::test_the_headers_are_the_documented_ones"),
)  # fmt: skip
REPLIES = (
    _row("streamed", "chunks as server-sent events, text in `choices[0].delta.content`",
         "documentation::test_the_documented_stream_is_read",
         "gateway::test_streamed_and_whole_replies_are_the_same[True]"),
    _row("end of a stream", "`data: [DONE]`",
         "documentation::test_the_documented_stream_is_read", "deltas::test_nothing_follows_done"),
    _row("whole", "text in `choices[0].message.content`, with `usage`",
         "gateway::test_streamed_and_whole_replies_are_the_same[False]",
         f"{_OFFICIAL}_reads_a_whole_reply"),
    _row("tool call", "null content, `tool_calls` with id and arguments as JSON text",
         "documentation::test_the_documented_tool_call_is_read", "gateway::test_a_tool_round_trip"),
)  # fmt: skip
PARAMETERS = (
    _row("`model`", "required, text", f"{_NEEDED}[model]"),
    _row("`messages`", "required, a list of role and content", f"{_NEEDED}[messages]"),
    _row("`stream`", "true", f"{_WITHIN}[stream-True]"),
    _row("`stream`", "false", f"{_WITHIN}[stream-False]"),
    _row("`stream`", "nothing but a boolean", f"{_BEYOND}[stream-yes]"),
    _row("`temperature`", "from 0", f"{_WITHIN}[temperature-0]", f"{_BEYOND}[temperature--0.01]"),
    _row("`temperature`", "to 2", f"{_WITHIN}[temperature-2]", f"{_BEYOND}[temperature-2.01]"),
    _row("`temperature`", "nothing but a number", f"{_BEYOND}[temperature-hot]"),
    _row("`max_tokens`", "from 1", f"{_WITHIN}[max_tokens-1]", f"{_BEYOND}[max_tokens-0]"),
    _row("`max_tokens`", "an integer", f"{_WITHIN}[max_tokens-8192]", f"{_BEYOND}[max_tokens-1.5]"),
    _row("`top_p`", "from 0", f"{_WITHIN}[top_p-0]", f"{_BEYOND}[top_p--0.01]"),
    _row("`top_p`", "to 1", f"{_WITHIN}[top_p-1]", f"{_BEYOND}[top_p-1.01]"),
    _row("`frequency_penalty`", "from -2", f"{_WITHIN}[frequency_penalty--2]",
         f"{_BEYOND}[frequency_penalty--2.01]"),
    _row("`frequency_penalty`", "to 2", f"{_WITHIN}[frequency_penalty-2]",
         f"{_BEYOND}[frequency_penalty-2.01]"),
    _row("`presence_penalty`", "from -2", f"{_WITHIN}[presence_penalty--2]",
         f"{_BEYOND}[presence_penalty--2.01]"),
    _row("`presence_penalty`", "to 2", f"{_WITHIN}[presence_penalty-2]",
         f"{_BEYOND}[presence_penalty-2.01]"),
    _row("`stop`", "text", f"{_WITHIN}[stop-END]", f"{_BEYOND}[stop-7]"),
    _row("`stop`", "a list of texts", f"{_WITHIN}[stop-['a', 'b']]", f"{_BEYOND}[stop-[1]]"),
    _row("`tools`", "a list of function definitions",
         "wire::test_tools_and_the_choice_among_them", "gateway::test_a_tool_round_trip"),
    _row("`tool_choice`", "`auto`", f"{_CHOICE}[auto]"),
    _row("`tool_choice`", "`none`", f"{_CHOICE}[none]"),
    _row("`tool_choice`", "`required` (of OpenAI's own, beside the documented two)",
         f"{_CHOICE}[required]"),
    _row("`tool_choice`", "one function", f"{_CHOICE}[clock]"),
    _row("`tool_choice`", "nothing else",
         "documentation::test_a_tool_choice_that_is_none_is_not_sent"),
    _row("any of them", "left out where it is not set", "wire::test_what_is_not_set_is_not_sent"),
)  # fmt: skip
MESSAGES = (
    _row("text", "content is the text", f"{_FORM}[text]"),
    _row("image", "parts: a text, and an `image_url` with a data URL", f"{_FORM}[image-auto]",
         "wire::test_a_picture_is_a_data_url_with_its_detail"),
    _row("image", "`detail` auto, low, high", "documentation::test_a_picture_is_a_data_url"),
    _row("PDF", "parts: a text, and a `file` with data, media type and name", f"{_FORM}[file]",
         "wire::test_a_document_is_a_file_part"),
    _row("tool result", "a message of the role `tool` that names its call",
         "wire::test_a_tool_result_names_its_call", "gateway::test_a_tool_round_trip"),
    _row("tools in use", "the model acts through them, in as many rounds as it needs",
         "turns::test_a_tool_runs_and_its_result_goes_back",
         "turns::test_tools_of_one_round_run_side_by_side", "turns::test_endless_tool_calls_end"),
)  # fmt: skip
ERRORS = (
    _row("400", "the request is wrong", f"{_ERROR}[400-BadRequest]",
         f"{_OFFICIAL}_reads_errors[400-BadRequestError]"),
    _row("401", "the key is missing or wrong", f"{_ERROR}[401-Unauthorized]",
         "gateway_server::test_a_wrong_key_is_refused"),
    _row("403", "the key may not do this", f"{_ERROR}[403-Forbidden]"),
    _row("404", "no such model or endpoint", f"{_ERROR}[404-NotFound]",
         "documentation::test_a_model_that_is_not_there_is_not_found"),
    _row("429", "too many requests", f"{_ERROR}[429-RateLimited]"),
    _row("500", "the server's own trouble", f"{_ERROR}[500-ServerError]"),
    _row("form", "`error` with message, type, param and code",
         "documentation::test_the_documented_error_is_read"),
    _row("any of them", "its own sentence is said aloud",
         "refusals::test_every_error_has_one_plain_sentence",
         "turns::test_a_failure_is_said_once_and_forgotten"),
)  # fmt: skip
STREAM = (
    _row("an error in a stream", "comes after 200, as a chunk, perhaps without `choices`",
         "deltas::test_an_error_inside_the_stream_is_found_before_the_choices",
         "deltas::test_errors_come_in_many_forms",
         "gateway_bodies::test_an_error_after_200_is_of_its_own_class"),
    _row("a label", "may be wrong: a stream called JSON, a whole reply called a stream",
         "gateway_bodies::test_the_bytes_decide_and_not_the_label"),
    _row("events", "that are no chunk are skipped, wherever they stand",
         "gateway_bodies::test_one_junk_event_does_not_end_a_reply",
         "gateway_bodies::test_any_junk_between_the_chunks_changes_nothing"),
    _row("an error in an error", "the words may be JSON in `error.value.error_message`",
         "deltas::test_the_useful_text_of_an_error_may_be_json_inside_it"),
    _row("bytes", "are cut anywhere, inside a character too",
         "deltas::test_any_cut_of_the_bytes_gives_the_same_deltas",
         "deltas::test_every_byte_by_itself_gives_the_same_deltas"),
    _row("lines", "comments, CRLF, several `data:` lines of one event",
         "deltas::test_an_event_may_have_several_data_lines_and_comments_between",
         "gateway::test_whatever_the_form_the_text_is_the_same"),
    _row("the last chunk", "usage with empty `choices`",
         "deltas::test_a_usage_chunk_has_empty_choices"),
    _row("no `[DONE]`", "happens",
         "deltas::test_a_missing_done_is_fine_once_the_model_said_it_finished"),
    _row("a stall", "needs deadlines of our own, for the first token and between tokens",
         "gateway_faults::test_no_silence_is_longer_than_its_deadline",
         "gateway_faults::test_once_begun_the_deadline_is_between_tokens",
         "gateway_faults::test_a_whole_reply_that_does_not_come_leaves_time_for_the_next_model"),
    _row("a break after words", "the rest is asked for, of the next model where there is one",
         "gateway_faults::test_what_breaks_off_goes_on_from_what_was_said",
         "gateway_faults::test_the_same_model_goes_on_once_where_there_is_no_other"),
    _row("a break after words", "nothing is said twice",
         "seam::test_whatever_is_repeated_and_however_it_is_cut_nothing_is_said_twice",
         "gateway_faults::test_random_faults_never_hang_nor_say_anything_twice"),
)  # fmt: skip
TOOL_CALLS = (
    _row("`index`", "missing", f"{_FORMS}[no-index]"),
    _row("`index`", "reused", f"{_FORMS}[reused-index]"),
    _row("`id` and `name`", "null in what continues a call", f"{_FORMS}[nulls]"),
    _row("arguments", "whole", f"{_FORMS}[whole]", f"{_FORMS}[together]"),
    _row("arguments", "in fragments, of several calls in turns",
         f"{_FORMS}[fragments]", f"{_FORMS}[interleaved]",
         "tool_calls::test_any_order_of_the_fragments_of_several_calls_gives_the_same_calls"),
    _row("arguments", "an empty text", "gateway::test_streamed_and_whole_replies_are_the_same"),
    _row("`finish_reason`", "`stop` although there are calls",
         "documentation::test_text_before_a_call_and_the_call_come_once"),
    _row("whose a piece is", "by id, then index, then position; nulls say nothing",
         "tool_calls::test_the_id_decides_before_the_index",
         "tool_calls::test_a_lone_fragment_goes_on_with_the_last_call"),
    _row("text before a call", "is spoken once",
         "turns::test_a_tool_runs_and_its_result_goes_back",
         "gateway_faults::test_text_before_a_call_that_broke_off_is_said_once"),
    _row("unknown fields", "go back unchanged",
         "wire::test_tool_calls_go_back_as_they_came",
         "tool_calls::test_unknown_fields_are_kept_and_merged"),
    _row("results", "are text; a picture goes into the next user message",
         "documentation::test_a_picture_that_a_tool_made_goes_into_the_next_user_message"),
    _row("few tools", "10 to 14 are answered sooner than 37",
         "documentation::test_few_tools_are_sent"),
)  # fmt: skip
REFUSALS = (
    _row("form", "`error` with message, type, param and code",
         "refusals::test_each_status_has_its_class"),
    _row("429", "may carry `Retry-After`, in seconds or as a date",
         "gateway_faults::test_it_waits_as_long_as_it_is_told_to",
         "refusals::test_retry_after_may_be_a_date",
         "documentation::test_retry_after_may_be_a_date_or_stand_in_the_body"),
    _row("429", "may carry a provider's own body",
         "refusals::test_the_words_are_found_wherever_they_stand"),
    _row("429", '"insufficient balance" is not worth a retry',
         "gateway_faults::test_insufficient_balance_is_not_asked_again"),
    _row("billing", "is said in one plain sentence",
         "refusals::test_what_wants_money_is_out_of_credit"),
)  # fmt: skip
REQUESTS = (
    _row("key", "none is needed at home; none is sent elsewhere or in the open",
         "gateway::test_nothing_is_sent_without_a_key_or_over_an_open_line",
         "gateway::test_the_key_is_never_sent_on_a_redirect",
         "attempts::test_a_public_host_needs_a_key_and_a_local_one_does_not"),
    _row("`stream_options`", "brings the usage, with `cost`, in the last chunk",
         "documentation::test_the_usage_comes_in_the_last_chunk",
         "gateway_usage::test_the_tokens_of_every_streamed_turn_are_recorded"),
    _row("`stream_options`", "is left out for a server that refuses it",
         "gateway_usage::test_a_server_that_refuses_it_is_asked_again_at_once_without"),
    _row("`providerOptions.gateway`", "models, order, only, sort, caching, zeroDataRetention",
         "documentation::test_the_gateways_options_are_taken",
         "wire::test_the_gateways_options_are_written_as_documented"),
    _row("`providerOptions.gateway`", "goes to the gateway only, by a setting",
         "wire::test_the_gateways_own_options_go_only_to_the_gateway"),
    _row("`reasoning`", "effort, with exclude",
         "documentation::test_the_gateways_options_are_taken"),
    _row("reasoning", "is never spoken", "documentation::test_reasoning_is_never_spoken",
         "deltas::test_reasoning_is_never_text_but_counts_as_a_token",
         "thoughts::test_only_the_words_of_a_reply_are_passed_on"),
    _row("`GET /models`", "needs no key; its items' fields; prices are texts",
         "documentation::test_the_models_items_are_read_whole"),
    _row("at start", "the model is checked for what is asked of it, near names are offered",
         "catalogue::test_what_a_model_cannot_do_is_a_sentence_each",
         "catalogue::test_a_missing_model_is_told_with_what_may_have_been_meant",
         "catalogue::test_what_no_chosen_model_takes_is_refused_before_it_is_sent"),
    _row("`GET /credits`", "balance and total used, as texts",
         "documentation::test_the_credits_are_texts",
         "gateway_models::test_the_credits_are_a_small_table"),
    _row("attribution", "only by wish", "gateway::test_attribution_is_sent_only_by_wish"),
    _row("PDF part", "`file` with data, media type and name",
         "wire::test_a_document_is_a_file_part"),
)  # fmt: skip

SECTIONS: dict[str, tuple[Row, ...]] = {
    "gateway-docs.txt: endpoints": ENDPOINTS,
    "gateway-docs.txt: replies": REPLIES,
    "gateway-docs.txt: parameters": PARAMETERS,
    "gateway-docs.txt: messages and tools": MESSAGES,
    "gateway-docs.txt: errors": ERRORS,
    "GATEWAY.md: stream": STREAM,
    "GATEWAY.md: tool calls": TOOL_CALLS,
    "GATEWAY.md: errors": REFUSALS,
    "GATEWAY.md: requests": REQUESTS,
}
