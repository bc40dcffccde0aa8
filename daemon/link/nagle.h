#pragma once

#include <cstdint>

namespace counterfoil::link {

// Has this process's connections to that port of anybody's send at once what is written to them.
// By itself the kernel keeps a small segment back while one before it is not acknowledged, and the
// other side acknowledges late what it has no answer to: together 40 ms for each message that
// follows another. The library neither changes that nor shows its sockets, so all are gone through;
// for other threads' connections, which may come and go meanwhile, it is as good.
void send_at_once(std::uint16_t port);

}  // namespace counterfoil::link
