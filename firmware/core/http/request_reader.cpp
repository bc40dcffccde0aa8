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

}  // namespace

RequestReader::RequestReader(const Limits& limits) : limits_(limits) {
    parser_.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    // The route decides, when the head is there.
    parser_.body_limit(boost::none);
}

RequestReader::Progress RequestReader::fail(int status, std::string error_code,
                                            std::string detail) {
    refusal_ = Refusal{status, std::move(error_code), std::move(detail)};
    return Progress::failed;
}

RequestReader::Progress RequestReader::fail(error_code problem) {
    if (problem == HttpError::header_limit && parser_.get().target().empty())
        return fail(414, "target_too_long", "the request's first line is too long");
    if (problem == HttpError::header_limit)
        return fail(431, "headers_too_large", "the request's headers are too large");
    if (problem == HttpError::body_limit)
        return fail(413, "body_too_large", "the request's body is too large");
    if (problem == HttpError::bad_version)
        return fail(505, "wrong_version", "only HTTP/1.1 and HTTP/1.0 are spoken here");
    return fail(400, "malformed", "this is no HTTP request");
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
    if (promised && *promised > max_bytes)
        return fail(413, "body_too_large", "the request's body is too large");
    parser_.body_limit(max_bytes);
    return parser_.is_done() ? after_body() : Progress::needs_more;
}

RequestReader::Progress RequestReader::take_head() {
    head_taken_ = true;
    parser_.eager(true);
    const auto& message = parser_.get();
    for (const auto& field : message)
        request_.headers.add(text_of(field.name_string()), text_of(field.value()));
    if (message.version() != 10 && message.version() != 11)
        return fail(505, "wrong_version", "only HTTP/1.1 and HTTP/1.0 are spoken here");
    if (message.target().size() > limits_.target_bytes)
        return fail(414, "target_too_long", "the request's target is too long");
    const auto method = method_from_name(text_of(message.method_string()));
    if (!method) return fail(501, "unknown_method", "this method is known to no route");
    request_.method = *method;
    // "OPTIONS *" asks about the server and not about a path.
    const bool asks_server = *method == Method::options && message.target() == "*";
    auto target = parse_target(asks_server ? "/" : text_of(message.target()));
    if (!target.ok()) return fail(400, "malformed", target.error().message());
    request_.target = std::move(target).value();
    return check_framing();
}

RequestReader::Progress RequestReader::check_framing() {
    const Headers& headers = request_.headers;
    const bool is_new = parser_.get().version() == 11;
    const std::size_t hosts = headers.count("Host");
    if (hosts > 1 || (hosts == 0 && is_new))
        return fail(400, "malformed", "a request has one Host");
    // Two lengths, or a coding that a proxy reads differently, would hide a second request.
    const auto coding = headers.find("Transfer-Encoding");
    if (coding && (!is_new || headers.count("Content-Length") > 0))
        return fail(400, "malformed", "the body's length is told in two ways");
    if (coding && (headers.count("Transfer-Encoding") > 1 || !same_name(*coding, "chunked")))
        return fail(501, "unknown_coding", "a body comes plain or chunked");
    if (headers.count("Content-Length") > 1)
        return fail(400, "malformed", "the body's length is told in two ways");
    const auto expected = headers.find("Expect");
    if (expected && !same_name(*expected, "100-continue"))
        return fail(417, "unknown_expectation", "only 100-continue can be expected");
    expects_continue_ = expected && is_new && !parser_.is_done();
    return Progress::head_done;
}

RequestReader::Progress RequestReader::after_body() {
    request_.body = std::move(parser_.get().body());
    return Progress::done;
}

}  // namespace counterfoil::http
