#include "firmware/core/http/event_stream.h"

#include "firmware/core/http/session.h"

namespace counterfoil::http {
namespace {

bool is_one_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// Each line of the data is a field of its own; a lone CR ends a line for the reader, too.
void append_data(std::string& event, std::string_view data) {
    for (;;) {
        const std::size_t end = data.find_first_of("\r\n");
        event.append("data: ").append(data.substr(0, end)).append("\n");
        if (end == std::string_view::npos) return;
        const bool is_pair = data[end] == '\r' && end + 1 < data.size() && data[end + 1] == '\n';
        data.remove_prefix(end + (is_pair ? 2 : 1));
    }
}

}  // namespace

EventStream::EventStream(std::weak_ptr<Session> session) : session_(std::move(session)) {}

EventStream& EventStream::operator=(EventStream&& other) noexcept {
    if (this != &other) {
        close();
        session_ = std::move(other.session_);
    }
    return *this;
}

bool EventStream::send(std::string_view name, std::string_view data, std::string_view id) {
    CF_CHECK(is_one_line(name) && is_one_line(id));
    const auto session = session_.lock();
    if (!session) return false;
    std::string event;
    if (!id.empty()) event.append("id: ").append(id).append("\n");
    if (!name.empty()) event.append("event: ").append(name).append("\n");
    append_data(event, data);
    event += "\n";
    return session->send_event(std::move(event));
}

bool EventStream::is_open() const {
    const auto session = session_.lock();
    return session && session->is_streaming();
}

void EventStream::when_closed(std::function<void()> call) {
    if (const auto session = session_.lock()) session->set_when_closed(std::move(call));
}

void EventStream::close() {
    const auto session = std::exchange(session_, {}).lock();
    if (session) session->end_stream();
}

}  // namespace counterfoil::http
