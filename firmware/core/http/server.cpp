#include "firmware/core/http/server.h"

#include "firmware/core/http/loop_state.h"
#include "firmware/core/http/network.h"
#include "firmware/core/http/server_state.h"
#include "firmware/core/http/session.h"

namespace counterfoil::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Code;
using base::Error;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kMostRefusing = 64;

}  // namespace

Server::State::State(Loop& on, const Router& routes, const base::Clock& time, ServerSettings with)
    : loop(on),
      router(routes),
      clock(time),
      settings(std::move(with)),
      acceptor(on.state().context),
      pause(on.state().context),
      tick(on.state().context) {}

void Server::State::accept() {
    acceptor.async_accept([self = shared_from_this()](error_code problem, tcp::socket socket) {
        if (self->closed || self->stopping) return;
        if (!problem) {
            self->admit(std::move(socket));
            return self->accept();
        }
        // No descriptors are left, as a rule; trying again at once would only burn time.
        self->pause.expires_after(kTick);
        self->pause.async_wait([self](error_code) {
            if (!self->closed && !self->stopping) self->accept();
        });
    });
}

void Server::State::admit(tcp::socket socket) {
    error_code problem;
    const auto peer = socket.remote_endpoint(problem);
    if (problem) return;
    socket.set_option(tcp::no_delay(true), problem);
    const std::string address = peer.address().to_string();
    const Limits& limits = settings.limits;
    const std::string network = network_of(address);
    const auto known = by_address.find(network);
    const std::size_t theirs = known == by_address.end() ? 0 : known->second;
    const bool is_refused =
        sessions.size() - refusing >= limits.connections ||
        (theirs >= limits.connections_per_address && address != settings.trusted_proxy);
    if (is_refused) {
        ++figures.refused_connections;
        if (refusing == kMostRefusing) return;
        ++refusing;
    } else {
        ++by_address[network];
    }
    // Held by the server and by the session's own waits.
    const auto session = std::make_shared<Session>(std::move(socket), *this, address, is_refused);
    sessions.insert(session);
    session->start();
}

// Sessions share themselves with their waits.
void Server::State::forget(const std::shared_ptr<Session>& session) {
    if (sessions.erase(session) == 0) return;
    if (session->was_refused()) {
        --refusing;
    } else if (const auto theirs = by_address.find(network_of(session->address()));
               --theirs->second == 0) {
        by_address.erase(theirs);
    }
    end_if_empty();
}

// One timer for all connections: to set one for each request would cost more than the looking.
void Server::State::watch_time() {
    tick.expires_after(kTick);
    tick.async_wait([self = shared_from_this()](error_code problem) {
        if (problem || self->closed) return;
        const std::int64_t now_ms = self->clock.steady_ms();
        const auto all = self->sessions;
        for (const auto& session : all) session->check_time(now_ms);
        if (!self->closed) self->watch_time();
    });
}

void Server::State::close_all() {
    const auto all = sessions;
    for (const auto& session : all) session->close();
}

void Server::State::end_if_empty() {
    if (!stopping || !sessions.empty() || !done) return;
    deadline.stop();
    // Not from within a session that is just ending.
    loop.post(std::exchange(done, {}));
}

void Server::State::dress(const Request& request, Response& response) const {
    for (const Guard& guard : settings.guards)
        if (guard.dress) guard.dress(request, response);
}

std::optional<Refusal> Server::State::refusal_of(const Request& request) const {
    for (const Guard& guard : settings.guards)
        if (guard.check)
            if (auto refusal = guard.check(request)) return refusal;
    return {};
}

Server::Server(Loop& loop, const Router& router, const base::Clock& clock, ServerSettings settings)
    : state_(std::make_shared<State>(loop, router, clock, std::move(settings))) {}

Server::~Server() {
    state_->done = {};
    state_->close_all();
    state_->closed = true;
    state_->deadline.stop();
    state_->tick.cancel();
    state_->pause.cancel();
    error_code ignored;
    state_->acceptor.close(ignored);
}

base::Status Server::start(std::string_view address, std::uint16_t port) {
    CF_CHECK(!state_->acceptor.is_open());
    error_code problem;
    const auto numeric = asio::ip::make_address(std::string(address), problem);
    if (problem) return Error(Code::invalid_argument, "the address to listen on is no number");
    const tcp::endpoint endpoint(numeric, port);
    tcp::acceptor& acceptor = state_->acceptor;
    acceptor.open(endpoint.protocol(), problem);
    if (!problem) acceptor.set_option(tcp::acceptor::reuse_address(true), problem);
    if (!problem) acceptor.bind(endpoint, problem);
    if (!problem) acceptor.listen(tcp::acceptor::max_listen_connections, problem);
    if (problem) {
        error_code ignored;
        acceptor.close(ignored);
        return Error(Code::io_failed, "cannot listen on " + std::string(address) + " port " +
                                          std::to_string(port) + ": " + problem.message());
    }
    state_->accept();
    state_->watch_time();
    return {};
}

void Server::add_guard(Guard guard) {
    state_->settings.guards.push_back(std::move(guard));
}

std::uint16_t Server::port() const {
    error_code ignored;
    return state_->acceptor.local_endpoint(ignored).port();
}

void Server::stop(std::int64_t deadline_ms, Task done) {
    CF_CHECK(!state_->stopping && done);
    state_->stopping = true;
    state_->done = std::move(done);
    error_code ignored;
    state_->acceptor.close(ignored);
    state_->deadline =
        state_->loop.after(deadline_ms, [state = state_.get()] { state->close_all(); });
    const auto all = state_->sessions;
    for (const auto& session : all) session->finish();
    state_->end_if_empty();
}

Server::Figures Server::figures() const {
    Figures figures = state_->figures;
    figures.connections = state_->sessions.size();
    return figures;
}

}  // namespace counterfoil::http
