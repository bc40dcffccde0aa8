#include "firmware/core/http/session.h"

#include <boost/asio/buffer.hpp>

#include "firmware/core/http/tls_context.h"

namespace counterfoil::http {

namespace asio = boost::asio;
using boost::system::error_code;
using Progress = RequestReader::Progress;

namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kBodyReadBytes = 64 << 10;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Session::Session(Wire::Socket socket, Server::State& server, std::string address, bool is_refused)
    : wire_(std::move(socket), server.settings.tls ? &server.settings.tls->context().tls : nullptr),
      server_(&server),
      request_address_(std::move(address)),
      is_refused_(is_refused),
      buffer_(server.settings.limits.header_bytes + kBodyReadBytes) {}

void Session::enter(Phase phase, std::int64_t timeout_ms) {
    phase_ = phase;
    due_ms_ = server_->clock.steady_ms() + timeout_ms;
}

void Session::start() {
    reader_ = std::make_shared<RequestReader>(server_->settings.limits);
    enter(Phase::head, server_->settings.limits.header_timeout_ms);
    wire_.begin([self = shared_from_this()](error_code problem) {
        if (self->phase_ == Phase::closed) return;
        if (problem) return self->close();
        self->begin();
    });
}

void Session::begin() {
    if (!is_refused_) return read();
    unread_ = true;
    refuse({503,
            "too_many_connections",
            {"Too many connections are open. Try again in a moment.",
             "Túl sok kapcsolat van nyitva. Próbálja újra kicsit később."}});
}

void Session::read() {
    const bool reads_body = phase_ == Phase::body;
    const std::size_t room = buffer_.max_size() - buffer_.size();
    const std::size_t size = std::min(room, reads_body ? kBodyReadBytes : kReadBytes);
    if (size == 0) {
        unread_ = true;
        return refuse(RequestReader::no_request());
    }
    wire_.read_some(buffer_.prepare(size),
                    [self = shared_from_this()](error_code problem, std::size_t got) {
                        if (self->phase_ == Phase::closed) return;
                        // An answer may have overtaken the reading, as after a timeout.
                        if (self->phase_ > Phase::body) return;
                        if (problem) return self->close();
                        self->buffer_.commit(got);
                        self->work_on_buffer();
                    });
}

void Session::work_on_buffer() {
    const Limits& limits = server_->settings.limits;
    if (phase_ == Phase::idle) enter(Phase::head, limits.header_timeout_ms);
    Progress progress = reader_->read(buffer_);
    if (progress == Progress::head_done) {
        take_head();
        if (phase_ != Phase::body) return;
        progress = reader_->read(buffer_);
    }
    if (progress == Progress::needs_more) return read();
    if (progress == Progress::done) return take_request();
    unread_ = true;
    refuse(reader_->refusal());
}

// Decides by the head alone: who may not, or asks for nothing that is here, need not send a body.
void Session::take_head() {
    const Limits& limits = server_->settings.limits;
    Request& request = reader_->request();
    request.remote_address = request_address_;
    route_ = nullptr;
    ++server_->figures.requests;
    keeps_open_ = reader_->keeps_open();
    unread_ = true;
    if (const auto refusal = server_->refusal_of(request)) return refuse(*refusal);
    Router::Match match = server_->router.match(request.method, request.target.segments);
    if (auto* found = std::get_if<Router::Found>(&match)) {
        route_ = found->route;
        request.parameters = std::move(found->parameters);
        if (route_->judge_head)
            if (auto response = route_->judge_head(request)) return answer(std::move(*response));
    }
    const auto bound =
        route_ && route_->max_body_bytes ? *route_->max_body_bytes : limits.body_bytes;
    const Progress progress = reader_->bound_body(bound);
    if (progress == Progress::failed) return refuse(reader_->refusal());
    unread_ = progress != Progress::done;
    if (route_ == nullptr) return answer_unrouted(match);
    enter(Phase::body, limits.body_timeout_ms);
    if (!reader_->expects_continue()) return;
    // A client that gets no such word sends its body after a while all the same.
    wire_.write_now(asio::buffer(kContinue.data(), kContinue.size()));
}

void Session::answer_unrouted(const Router::Match& match) {
    const Request& request = reader_->request();
    const auto* other = std::get_if<Router::NotAllowed>(&match);
    Response response;
    phase_ = Phase::handling;
    if (request.method == Method::options) {
        response.status = other ? 204 : 404;
    } else if (other != nullptr) {
        response = error_response(
            {405, "method_not_allowed", {"This path has other methods.", "Ez az út mást vár."}},
            language_of(request.headers), server_->clock.now());
    } else {
        response =
            error_response(nothing_here(), language_of(request.headers), server_->clock.now());
    }
    if (other != nullptr) response.headers.set("Allow", other->allow);
    answer(std::move(response));
}

void Session::take_request() {
    unread_ = false;
    ++number_;
    enter(Phase::handling, server_->settings.limits.handler_timeout_ms);
    const auto self = shared_from_this();
    const auto reader = reader_;
    route_->handler(reader->request(), Responder(server_->loop, weak_from_this(), number_));
}

void Session::check_time(std::int64_t now_ms) {
    if (phase_ == Phase::streaming && written_ == head_.size() && now_ms >= due_ms_) {
        send_event(":\n\n");
        return;
    }
    if (now_ms < due_ms_) return;
    switch (phase_) {
        case Phase::head:
        case Phase::body:
            // Who has sent nothing at all is told nothing.
            if (is_quiet()) return close();
            // The reading must not go on into a buffer that is used for something else.
            wire_.cancel();
            unread_ = true;
            return refuse(
                {408,
                 "too_slow",
                 {"The request did not come in time.", "A kérés nem érkezett meg időben."}});
        case Phase::handling:
            return refuse({503,
                           "no_answer",
                           {"The answer did not come in time. Try again.",
                            "A válasz nem készült el időben. Próbálja újra."}});
        default:
            if (phase_ == Phase::streaming) ++server_->figures.dropped_streams;
            return close();
    }
}

// Between requests, or before the first byte of one.
bool Session::is_quiet() const {
    return phase_ == Phase::idle ||
           (phase_ == Phase::head && buffer_.size() == 0 && !reader_->has_begun());
}

void Session::finish() {
    keeps_open_ = false;
    if (phase_ == Phase::streaming) return end_stream();
    if (is_quiet()) close();
}

void Session::close() {
    if (phase_ == Phase::closed) return;
    const bool was_streaming = phase_ == Phase::streaming;
    phase_ = Phase::closed;
    wire_.close();
    if (was_streaming) --server_->figures.event_streams;
    const auto self = shared_from_this();
    server_->forget(self);
    if (const auto call = std::exchange(when_closed_, nullptr)) call();
}

}  // namespace counterfoil::http
