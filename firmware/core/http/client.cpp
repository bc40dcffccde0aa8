#include "firmware/core/http/client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace counterfoil::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using base::Code;
using base::Error;
using base::Result;
using base::Status;
using boost::system::error_code;
using Parser = beast::http::response_parser<beast::http::string_body>;

namespace {

Error error_of(const error_code& problem) {
    using HttpError = beast::http::error;
    if (problem == HttpError::header_limit || problem == HttpError::body_limit ||
        problem == HttpError::buffer_overflow)
        return Error(Code::too_large, "the response is too large");
    const bool is_http = problem.category() == make_error_code(HttpError::need_more).category();
    const bool is_end =
        problem == HttpError::end_of_stream || problem == HttpError::partial_message;
    return Error(is_http && !is_end ? Code::malformed : Code::io_failed, problem.message());
}

Response response_of(Parser& parser) {
    Response response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
        const auto name = field.name_string();
        const auto value = field.value();
        response.headers.add({name.data(), name.size()}, {value.data(), value.size()});
    }
    response.body = std::move(parser.get().body());
    return response;
}

// One line of a stream, by the rules of the format.
void take_line(Event& event, std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value =
        colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event") event.name = value;
    if (field == "id") event.id = value;
    if (field == "data") event.data.append(value).append("\n");
}

}  // namespace

struct Client::State {
    State(std::string to, std::uint16_t port_number, ClientSettings with)
        : address(std::move(to)), port(port_number), settings(with), stream(context) {}

    // Runs the one operation that was started, to its end or timeout.
    Status finish(const error_code& problem) {
        context.restart();
        context.run();
        if (!problem) return {};
        stream.close();
        return error_of(problem);
    }

    auto into(error_code& problem) {
        return [&problem](error_code result, auto...) { problem = result; };
    }

    Status connect() {
        error_code problem;
        const auto numeric = asio::ip::make_address(address, problem);
        if (problem) return Error(Code::invalid_argument, address + " is no numeric address");
        buffer.clear();
        stream.expires_after(std::chrono::milliseconds(settings.timeout_ms));
        stream.async_connect(asio::ip::tcp::endpoint(numeric, port), into(problem));
        CF_TRY(finish(problem));
        stream.socket().set_option(asio::ip::tcp::no_delay(true), problem);
        return {};
    }

    Result<Response> exchange(const std::string& text, Method method, bool reads_body) {
        error_code problem;
        stream.expires_after(std::chrono::milliseconds(settings.timeout_ms));
        asio::async_write(stream, asio::buffer(text), into(problem));
        CF_TRY(finish(problem));
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(settings.header_bytes));
        parser.body_limit(settings.body_bytes);
        if (method == Method::head) parser.skip(true);
        beast::http::async_read_header(stream, buffer, parser, into(problem));
        CF_TRY(finish(problem));
        if (!reads_body && parser.get().result_int() == 200) return response_of(parser);
        if (!parser.is_done()) {
            beast::http::async_read(stream, buffer, parser, into(problem));
            CF_TRY(finish(problem));
        }
        if (!parser.get().keep_alive()) stream.close();
        return response_of(parser);
    }

    std::string address;
    std::uint16_t port;
    ClientSettings settings;
    asio::io_context context{1};
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    std::string lines;
};

Client::Client(std::string address, std::uint16_t port, ClientSettings settings)
    : state_(std::make_unique<State>(std::move(address), port, settings)) {}

Client::~Client() = default;

void Client::close() {
    state_->stream.close();
}

Result<Response> Client::get(std::string_view target) {
    return request(Method::get, target);
}

Result<Response> Client::post(std::string_view target, std::string body) {
    Headers headers;
    headers.add("Content-Type", "application/json");
    return request(Method::post, target, std::move(headers), std::move(body));
}

Result<Response> Client::request(Method method, std::string_view target, Headers headers,
                                 std::string body) {
    const bool streams = headers.find("Accept") == "text/event-stream";
    if (!headers.find("Host"))
        headers.add("Host", state_->address + ":" + std::to_string(state_->port));
    std::string text(method_name(method));
    text.append(" ").append(target).append(" HTTP/1.1\r\n");
    for (const auto& [name, value] : headers)
        text.append(name).append(": ").append(value).append("\r\n");
    if (is_write(method)) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    text.append("\r\n").append(body);
    const bool was_open = state_->stream.socket().is_open();
    if (!was_open) CF_TRY(state_->connect());
    auto response = state_->exchange(text, method, !streams);
    if (response.ok() || !was_open || is_write(method) ||
        response.error().code() != Code::io_failed)
        return response;
    CF_TRY(state_->connect());
    return state_->exchange(text, method, !streams);
}

Result<Response> Client::open_events(std::string_view target, std::string_view last_event_id) {
    Headers headers;
    headers.add("Accept", "text/event-stream");
    if (!last_event_id.empty()) headers.add("Last-Event-ID", last_event_id);
    close();
    state_->lines.clear();
    return request(Method::get, target, std::move(headers));
}

Result<Event> Client::next_event() {
    State& state = *state_;
    Event event;
    state.stream.expires_after(std::chrono::milliseconds(state.settings.timeout_ms));
    for (;;) {
        state.lines.append(static_cast<const char*>(state.buffer.data().data()),
                           state.buffer.size());
        state.buffer.clear();
        for (std::size_t end = 0; (end = state.lines.find('\n')) != std::string::npos;) {
            const std::string line = state.lines.substr(0, end);
            state.lines.erase(0, end + 1);
            take_line(event, line);
            if (!line.empty() || event.data.empty()) continue;
            event.data.pop_back();
            return event;
        }
        if (state.lines.size() + event.data.size() > state.settings.event_bytes)
            return Error(Code::too_large, "the event is too large");
        error_code problem;
        std::size_t got = 0;
        state.stream.async_read_some(state.buffer.prepare(4096),
                                     [&](error_code result, std::size_t size) {
                                         problem = result;
                                         got = size;
                                     });
        CF_TRY(state.finish(problem));
        state.buffer.commit(got);
    }
}

}  // namespace counterfoil::http
