#include "firmware/core/http/client.h"

#include "firmware/core/http/client_connection.h"

namespace counterfoil::http {

using base::Code;
using base::Error;
using base::Result;

namespace {

Response response_of(ClientConnection::Parser& parser) {
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

std::string text_of(Method method, std::string_view target, const Headers& headers,
                    const std::string& body) {
    std::string text(method_name(method));
    text.append(" ").append(target).append(" HTTP/1.1\r\n");
    for (const auto& [name, value] : headers)
        text.append(name).append(": ").append(value).append("\r\n");
    if (is_write(method)) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text.append("\r\n").append(body);
}

// As a server does that waits for TLS.
bool has_said_nothing(const Result<Response>& response) {
    return !response.ok() &&
           response.error().message() ==
               make_error_code(boost::beast::http::error::end_of_stream).message();
}

}  // namespace

struct Client::State {
    State(std::string to, std::uint16_t port_number, ClientSettings with)
        : host(std::move(to)), port(port_number), settings(std::move(with)) {}

    Result<Response> exchange(const std::string& text, Method method, bool reads_body) {
        connection.start_clock();
        CF_TRY(connection.write(text));
        ClientConnection::Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(settings.header_bytes));
        parser.body_limit(settings.body_bytes);
        if (method == Method::head) parser.skip(true);
        CF_TRY(connection.read_head(parser));
        if (!reads_body && parser.get().result_int() == 200) return response_of(parser);
        CF_TRY(connection.read_rest(parser));
        if (!parser.get().keep_alive()) connection.close();
        return response_of(parser);
    }

    Result<Response> ask(Method method, std::string_view target, Headers headers,
                         const std::string& body) {
        const bool streams = headers.find("Accept") == "text/event-stream";
        if (!headers.find("Host")) headers.add("Host", host_and_port());
        const std::string text = text_of(method, target, headers, body);
        const bool was_open = connection.is_open();
        if (!was_open) CF_TRY(connection.open(host, port));
        auto response = exchange(text, method, !streams);
        if (!was_open && !settings.authorities && has_said_nothing(response))
            return Error(Code::io_failed,
                         "it ended the connection and said nothing; if it speaks "
                         "HTTPS, say https:// and not http://");
        if (response.ok() || !was_open || is_write(method) ||
            response.error().code() != Code::io_failed)
            return response;
        CF_TRY(connection.open(host, port));
        return exchange(text, method, !streams);
    }

    std::string host_and_port() const {
        const bool is_numeric = host.find(':') != std::string::npos;
        return (is_numeric ? "[" + host + "]" : host) + ":" + std::to_string(port);
    }

    std::string host;
    std::uint16_t port;
    ClientSettings settings;
    ClientConnection connection{settings};
    std::string lines;
};

Client::Client(std::string host, std::uint16_t port, ClientSettings settings)
    : state_(std::make_unique<State>(std::move(host), port, std::move(settings))) {}

Client::Client(Client&&) noexcept = default;
Client::~Client() = default;

void Client::close() {
    state_->connection.close();
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
    auto response = state_->ask(method, target, std::move(headers), body);
    if (response.ok()) return response;
    return response.error().within(state_->host_and_port());
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
    state.connection.start_clock();
    for (;;) {
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
        CF_TRY(state.connection.read_some(state.lines));
    }
}

}  // namespace counterfoil::http
