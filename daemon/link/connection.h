#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "daemon/link/inbox.h"
#include "daemon/link/settings.h"

namespace counterfoil::link {

// One attempt at a connection and what comes of it; there is no second attempt with the same one.
// So nothing that waited in the library for a connection that broke can go out on the next: what
// is to be sent again, the protocol above sends again.
// The library's threads call back while they hold its one lock, and only leave notes. What waits
// for that lock here waits for no network; but for the resolver, which the library asks for the
// broker's address while it holds it.
class Connection {
  public:
    // Begins to connect; what becomes of it is left in the inbox under the number. The settings and
    // the inbox must outlive the connection.
    static base::Result<std::unique_ptr<Connection>> start(const Settings& settings,
                                                           std::uint64_t number, Inbox& inbox);
    // Says good-bye where that can be done at once, and closes. Nothing is left in the inbox after
    // it.
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::uint64_t number() const { return number_; }

    // Ends it without waiting for the end.
    void close();

    // Asks for all subscriptions; each leaves a note.
    base::Status subscribe();

    // busy while too much waits to be written; that ends without a note.
    base::Result<void, NotPublished> publish(std::uint64_t id, const std::string& topic,
                                             base::ByteView payload, Qos qos, Retain retain);
    // Published, and not settled.
    std::size_t in_flight() const { return sent_.size(); }
    // The note about this publication was taken.
    void settle(std::uint64_t id) { sent_.erase(id); }

  private:
    struct Calls;
    // What the library hands back when a message was delivered or refused.
    struct Sent {
        Connection& connection;
        std::uint64_t id;
    };

    Connection(const Settings& settings, std::uint64_t number, Inbox& inbox)
        : settings_(settings), number_(number), inbox_(inbox) {}

    base::Status create();
    base::Status connect();

    const Settings& settings_;
    const std::uint64_t number_;
    Inbox& inbox_;
    void* handle_ = nullptr;   // the library's
    std::string tls_trouble_;  // the library's threads' alone
    std::unordered_map<std::uint64_t, Sent> sent_;
};

}  // namespace counterfoil::link
