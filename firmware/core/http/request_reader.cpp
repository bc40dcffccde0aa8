#include "firmware/core/http/request_reader.h"

#include <boost/beast/http/error.hpp>

namespace counterfoil::http {

namespace beast = boost::beast;
using boost::system::error_code;
using HttpError = beast::http::error;

namespace {

std::string_view text_of(boost::core::string_view text) {
    return {text.data(), text.size()};
}

Refusal too_long() {
    return {
        414, "target_too_long", {"The request's path is too long.", "A kérés útja túl hosszú."}};
}

Refusal body_too_large() {
    return {
        413, "body_too_large", {"The request's body is too large.", "A kérés törzse túl nagy."}};
}

Refusal wrong_version() {
    return {505,
            "wrong_version",
            {"Only HTTP/1.1 and HTTP/1.0 are spoken here.",
             "Itt csak HTTP/1.1 és HTTP/1.0 beszélhető."}};
}

Refusal two_lengths() {
    return {
        400,
        "malformed",
        {"The body's length is told in two ways.", "A törzs hossza kétféleképpen van megadva."}};
}

}  // namespace

RequestReader::RequestReader(const Limits& limits) : limits_(limits) {
    parser_.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    // The route decides, when the head is there.
    parser_.body_limit(boost::none);
}

RequestReader::Progress RequestReader::fail(Refusal refusal) {
    refusal_ = std::move(refusal);
    return Progress::failed;
}

Refusal RequestReader::no_request() {
    return {400, "malformed", {"This is no HTTP request.", "Ez nem HTTP-kérés."}};
}

RequestReader::Progress RequestReader::fail(error_code problem) {
    if (problem == HttpError::header_limit && parser_.get().target().empty())
        return fail(too_long());
    if (problem == HttpError::header_limit)
        return fail({431,
                     "headers_too_large",
                     {"The request's headers are too large.", "A kérés fejlécei túl nagyok."}});
    if (problem == HttpError::body_limit) return fail(body_too_large());
    if (problem == HttpError::bad_version) return fail(wrong_version());
    return fail(no_request());
}

RequestReader::Progress RequestReader::read(beast::flat_buffer& buffer) {
    while (!parser_.is_done() && buffer.size() > 0) {
        error_code problem;
        const std::size_t used = parser_.put(buffer.data(), problem);
        if (problem == HttpError::need_more) {
            buffer.consume(used);
            return Progress::needs_more;
        }
        if (problem) return fail(problem);
        buffer.consume(used);
        if (parser_.is_header_done() && !head_taken_) return take_head();
    }
    return parser_.is_done() ? after_body() : Progress::needs_more;
}

RequestReader::Progress RequestReader::bound_body(std::size_t max_bytes) {
    const auto promised = parser_.content_length();
    if (promised && *promised > max_bytes) return fail(body_too_large());
    parser_.body_limit(max_bytes);
    return parser_.is_done() ? after_body() : Progress::needs_more;
}

RequestReader::Progress RequestReader::take_head() {
    head_taken_ = true;
    parser_.eager(true);
    const auto& message = parser_.get();
    for (const auto& field : message)
        request_.headers.add(text_of(field.name_string()), text_of(field.value()));
    if (message.version() != 10 && message.version() != 11) return fail(wrong_version());
    if (message.target().size() > limits_.target_bytes) return fail(too_long());
    const auto method = method_from_name(text_of(message.method_string()));
    if (!method)
        return fail(
            {501,
             "unknown_method",
             {"This method is known to no route.", "Ezt a műveletet itt semmi sem ismeri."}});
    request_.method = *method;
    // "OPTIONS *" asks about the server and not about a path.
    const bool asks_server = *method == Method::options && message.target() == "*";
    auto target = parse_target(asks_server ? "/" : text_of(message.target()));
    if (!target.ok())
        return fail({400, "malformed", {target.error().message(), "A kérés útja hibás."}});
    request_.target = std::move(target).value();
    return check_framing();
}

RequestReader::Progress RequestReader::check_framing() {
    const Headers& headers = request_.headers;
    const bool is_new = parser_.get().version() == 11;
    const std::size_t hosts = headers.count("Host");
    if (hosts > 1 || (hosts == 0 && is_new))
        return fail(
            {400, "malformed", {"A request has one Host.", "Egy kérésnek egy Host fejléce van."}});
    // Two lengths, or a coding that a proxy reads differently, would hide a second request.
    const auto coding = headers.find("Transfer-Encoding");
    if (coding && (!is_new || headers.count("Content-Length") > 0)) return fail(two_lengths());
    if (coding && (headers.count("Transfer-Encoding") > 1 || !same_name(*coding, "chunked")))
        return fail({501,
                     "unknown_coding",
                     {"A body comes plain or chunked.", "A törzs egyben vagy darabokban jöhet."}});
    if (headers.count("Content-Length") > 1) return fail(two_lengths());
    const auto expected = headers.find("Expect");
    if (expected && !same_name(*expected, "100-continue"))
        return fail({417,
                     "unknown_expectation",
                     {"Only 100-continue can be expected.", "Csak 100-continue várható el."}});
    expects_continue_ = expected && is_new && !parser_.is_done();
    return Progress::head_done;
}

RequestReader::Progress RequestReader::after_body() {
    request_.body = std::move(parser_.get().body());
    return Progress::done;
}

}  // namespace counterfoil::http
