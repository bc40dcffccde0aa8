#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "daemon/link/event.h"
#include "firmware/core/base/descriptor.h"
#include "firmware/core/base/result.h"

namespace counterfoil::link {

// The broker has taken us.
struct Accepted {};
// One of the subscriptions holds, or does not.
struct Subscribed {
    bool granted = false;
};
// The connection is gone, or did not come about.
struct Lost {
    std::string reason;
};

// What a library's thread has to say, and which connection it says it of.
struct Note {
    std::uint64_t connection = 0;
    std::variant<Accepted, Subscribed, Lost, Message, Delivered, Rejected, Dropped> content;
};

struct InboxBounds {
    std::size_t messages = 0;
    std::size_t bytes = 0;  // of topics and payloads
};

// Where the library's threads leave what happened, in order, and never wait. Messages beyond the
// bounds are dropped and counted at their place in the order; of everything else there is little by
// nature. Any thread may leave; one thread takes.
class Inbox {
  public:
    static base::Result<std::unique_ptr<Inbox>> create(const InboxBounds& bounds);
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    // Takes bytes only where there is room for them.
    void leave_message(std::uint64_t connection, std::string_view topic, base::ByteView payload,
                       bool retained);
    void leave(Note note);

    std::optional<Note> take();

    // Readable while there is something to take.
    int descriptor() const { return wakes_.number(); }

    struct Figures {
        std::size_t waiting_messages = 0;
        std::size_t waiting_bytes = 0;
        std::uint64_t dropped_messages = 0;
        std::uint64_t dropped_bytes = 0;
    };
    Figures figures() const;

  private:
    Inbox(const InboxBounds& bounds, base::Descriptor wakes)
        : bounds_(bounds), wakes_(std::move(wakes)) {}

    void push(Note note);
    void drop(std::uint64_t connection, std::size_t bytes);

    InboxBounds bounds_;
    base::Descriptor wakes_;
    mutable std::mutex mutex_;  // of all below
    std::deque<Note> notes_;
    Figures figures_;
};

}  // namespace counterfoil::link
