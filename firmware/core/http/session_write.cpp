#include <boost/asio/buffer.hpp>

#include "firmware/core/http/session.h"

namespace counterfoil::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::int64_t kLingerMs = 1000;
constexpr std::size_t kLingerBytes = 4096;

const Refusal kBadResponse{
    500, "bad_response", {"The response cannot be sent.", "A válasz nem küldhető el."}};

bool has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace

bool Session::awaits(std::uint64_t number) const {
    return phase_ == Phase::handling && number_ == number;
}

void Session::refuse(const Refusal& refusal) {
    keeps_open_ = keeps_open_ && phase_ == Phase::handling && refusal.status != 503;
    answer(error_response(refusal, language_of(reader_->request().headers), server_->clock.now()));
}

void Session::answer(Response response) {
    const Request& request = reader_->request();
    if (unread_ || server_->stopping) keeps_open_ = false;
    server_->dress(request, response);
    const base::WallTime now = server_->clock.now();
    const auto length_of = [](const Response& of) {
        return has_body(of.status) ? std::optional(of.body.size()) : std::nullopt;
    };
    auto head = response_head(response, now, length_of(response), keeps_open_);
    if (!head) {
        // A header that would break out of its line is a handler's fault, and not the client's.
        response = error_response(kBadResponse, language_of(request.headers), now);
        head = response_head(response, now, length_of(response), keeps_open_);
    }
    const bool sends_body = length_of(response) && request.method != Method::head;
    body_ = sends_body ? std::move(response.body) : std::string();
    write(std::move(*head));
}

void Session::write(std::string head) {
    head_ = std::move(head);
    // One piece is written faster than two, and copying it is cheaper than a second call.
    if (body_.size() <= 16 << 10) head_ += std::exchange(body_, {});
    written_ = 0;
    enter(Phase::writing, server_->settings.limits.write_timeout_ms);
    write_rest();
}

void Session::write_rest() {
    const std::array<asio::const_buffer, 2> pieces = {
        asio::buffer(head_) + written_,
        asio::buffer(body_) + (written_ > head_.size() ? written_ - head_.size() : 0)};
    wire_.write_some(pieces, [self = shared_from_this()](error_code problem, std::size_t sent) {
        if (self->phase_ != Phase::writing) return;
        if (problem) return self->close();
        self->written_ += sent;
        if (self->written_ < self->head_.size() + self->body_.size()) return self->write_rest();
        self->after_write();
    });
}

void Session::after_write() {
    body_.clear();
    if (!keeps_open_ || server_->stopping) return linger();
    reader_ = std::make_shared<RequestReader>(server_->settings.limits);
    enter(Phase::idle, server_->settings.limits.idle_timeout_ms);
    if (buffer_.size() > 0) return work_on_buffer();
    read();
}

// To close while the client is still sending would make its machine throw our answer away: our side
// ends, and what comes is dropped for a moment.
void Session::linger() {
    enter(Phase::lingering, kLingerMs);
    wire_.end_sending([self = shared_from_this()] {
        if (self->phase_ == Phase::lingering) self->discard();
    });
}

void Session::discard() {
    buffer_.clear();
    wire_.drain(buffer_.prepare(kLingerBytes),
                [self = shared_from_this()](error_code problem, std::size_t) {
                    if (self->phase_ != Phase::lingering) return;
                    if (problem) return self->close();
                    self->discard();
                });
}

bool Session::start_stream() {
    const Limits& limits = server_->settings.limits;
    if (server_->figures.event_streams >= limits.event_streams || server_->stopping) {
        refuse({503,
                "too_many_streams",
                {"Too many event streams are open. Try again in a moment.",
                 "Túl sok eseményfolyam van nyitva. Próbálja újra kicsit később."}});
        return false;
    }
    Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.headers.add("Cache-Control", "no-store");
    if (reader_->request().method == Method::head) {
        answer(std::move(response));
        return false;
    }
    server_->dress(reader_->request(), response);
    auto head = response_head(response, server_->clock.now(), std::nullopt, false);
    if (!head) {
        refuse(kBadResponse);
        return false;
    }
    ++server_->figures.event_streams;
    reader_.reset();
    buffer_.clear();
    buffer_.shrink_to_fit();
    enter(Phase::streaming, limits.write_timeout_ms);
    await_end();
    head_.clear();
    written_ = 0;
    waiting_ = std::move(*head);
    write_events();
    return true;
}

// A stream's client says nothing more: what comes is its end.
void Session::await_end() {
    wire_.await_more([self = shared_from_this()](error_code) {
        if (self->phase_ == Phase::streaming) self->close();
    });
}

bool Session::send_event(std::string event) {
    if (!is_streaming()) return false;
    const std::size_t backlog = head_.size() - written_ + waiting_.size();
    if (backlog + event.size() > server_->settings.limits.event_backlog_bytes) {
        ++server_->figures.dropped_streams;
        close();
        return false;
    }
    waiting_ += event;
    if (written_ == head_.size()) write_events();
    return true;
}

// While nothing is under way: head_ has gone out, and waiting_ takes its place.
void Session::write_events() {
    const Limits& limits = server_->settings.limits;
    if (written_ == head_.size()) {
        head_ = std::exchange(waiting_, {});
        written_ = 0;
    }
    if (head_.empty()) {
        if (ending_) return linger_after_stream();
        due_ms_ = server_->clock.steady_ms() + limits.event_keep_alive_ms;
        return;
    }
    due_ms_ = server_->clock.steady_ms() + limits.write_timeout_ms;
    wire_.write_some(asio::buffer(head_) + written_,
                     [self = shared_from_this()](error_code problem, std::size_t sent) {
                         if (self->phase_ != Phase::streaming) return;
                         if (problem) return self->close();
                         self->written_ += sent;
                         self->write_events();
                     });
}

void Session::end_stream() {
    if (phase_ != Phase::streaming || ending_) return;
    ending_ = true;
    when_closed_ = nullptr;
    if (written_ == head_.size()) write_events();
}

void Session::linger_after_stream() {
    --server_->figures.event_streams;
    wire_.cancel();
    linger();
}

}  // namespace counterfoil::http
