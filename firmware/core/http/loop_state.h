#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "firmware/core/http/loop.h"

namespace counterfoil::http {

struct Loop::State {
    // Still there while the context drops what was posted.
    std::atomic<bool> closing = false;
    // One thread runs it; others only post.
    boost::asio::io_context context{1};
};

}  // namespace counterfoil::http
