#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "firmware/core/base/descriptor.h"
#include "firmware/core/http/loop.h"

namespace counterfoil::http {

inline constexpr std::size_t kMaxLineBytes = 4096;

// Lines of text to and from another program of this machine, over a Unix socket, on the loop. It is
// over when the other side has gone, sends a line that is too long, or has left so many unread that
// the kernel keeps no more: nothing is kept here.
class LineSocket {
  public:
    struct Calls {
        std::function<void(std::string_view line)> line;  // without its end
        // Nothing is called after it; the socket may be destroyed in it.
        std::function<void()> gone;
    };

    // not_found where nobody listens there. The loop must outlive it.
    static base::Result<std::unique_ptr<LineSocket>> connect(Loop& loop,
                                                             const std::filesystem::path& path,
                                                             Calls calls);
    // Of a connection that was taken.
    static base::Result<std::unique_ptr<LineSocket>> create(Loop& loop, base::Descriptor connection,
                                                            Calls calls);
    LineSocket(const LineSocket&) = delete;
    LineSocket& operator=(const LineSocket&) = delete;

    // A line without its end.
    void send(std::string_view line);

  private:
    LineSocket(Loop& loop, base::Descriptor connection, Calls calls)
        : loop_(loop), connection_(std::move(connection)), calls_(std::move(calls)) {}
    void read();
    void take_lines();
    void end();

    Loop& loop_;
    base::Descriptor connection_;
    Calls calls_;
    std::string unread_;
    Watch reading_;
    Timer ending_;
    // Shared with who calls back, in which this may be destroyed.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// Listens at a path, for the owner's programs alone, and takes one connection at a time: a newer
// one takes an older one's place, whose program may have died without a word.
class LineListener {
  public:
    // In the place of a socket that was left there.
    static base::Result<std::unique_ptr<LineListener>> listen(
        Loop& loop, std::filesystem::path path, std::function<void(base::Descriptor)> taken);
    ~LineListener();
    LineListener(const LineListener&) = delete;
    LineListener& operator=(const LineListener&) = delete;

  private:
    LineListener(std::filesystem::path path, base::Descriptor socket,
                 std::function<void(base::Descriptor)> taken)
        : path_(std::move(path)), socket_(std::move(socket)), taken_(std::move(taken)) {}
    void take();

    std::filesystem::path path_;
    base::Descriptor socket_;
    std::function<void(base::Descriptor)> taken_;
    Watch watch_;
};

}  // namespace counterfoil::http
