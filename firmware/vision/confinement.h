#pragma once

#include "firmware/core/base/result.h"

namespace counterfoil::vision {

// What the worker may use of memory, pictures and library included.
inline constexpr std::size_t kWorkerMemoryBytes = 512 << 20;

// Gives up, for good, all rights of this process but to compute, to allocate memory and to send and
// receive on the one socket: no other open files, no new ones, no programs, no signals, no core
// dumps; it dies with its parent. Any other system call ends the process.
base::Status confine(int socket);

}  // namespace counterfoil::vision
