#include "daemon/sync/doorbell.h"

namespace counterfoil::sync {

namespace {

constexpr std::int64_t kBetweenTellingsMs = 5000;
constexpr std::int64_t kBetweenNewsMs = 200;

}  // namespace

void Doorbell::connect() {
    const auto hear = [this](std::string_view line) {
        if (!wire::read_ring(line).ok()) return socket_.reset();
        rung_();
    };
    auto socket = http::LineSocket::connect(loop_, path_, {hear, [this] { socket_.reset(); }});
    if (!socket.ok()) return;
    socket_ = std::move(socket).value();
    told_ms_.reset();
}

void Doorbell::tell(const wire::Standing& standing, bool has_backlog, std::int64_t now_ms) {
    if (!socket_) connect();
    if (!socket_) return;
    const bool is_urgent = standing.state != told_.state || standing.reason != told_.reason ||
                           standing.mirror != told_.mirror ||
                           (standing.receipted != told_.receipted && !has_backlog);
    const std::int64_t pause_ms = is_urgent           ? 0
                                  : standing == told_ ? kBetweenTellingsMs
                                                      : kBetweenNewsMs;
    if (told_ms_ && now_ms - *told_ms_ < pause_ms) return;
    told_ = standing;
    told_ms_ = now_ms;
    socket_->send(wire::write(standing));
}

}  // namespace counterfoil::sync
