#pragma once

#include <memory>

#include "firmware/core/http/line_socket.h"
#include "firmware/core/wire/doorbell.h"

namespace counterfoil::sync {

// The daemon's end of the till's doorbell: hears at once that something was recorded, and tells the
// till how it stands. Without a till program nobody listens there, and nothing is amiss.
class Doorbell {
  public:
    // The loop must outlive it.
    Doorbell(http::Loop& loop, std::filesystem::path path, std::function<void()> rung)
        : loop_(loop), path_(std::move(path)), rung_(std::move(rung)) {}

    // Tries to connect where it is not, and tells what changed, or was not told for long; to be
    // called now and then. While there is a backlog, each of its many receipts is not worth a line.
    void tell(const wire::Standing& standing, bool has_backlog, std::int64_t now_ms);

  private:
    void connect();

    http::Loop& loop_;
    std::filesystem::path path_;
    std::function<void()> rung_;
    std::unique_ptr<http::LineSocket> socket_;
    wire::Standing told_;
    std::optional<std::int64_t> told_ms_;
};

}  // namespace counterfoil::sync
