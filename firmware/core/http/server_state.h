#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <set>

#include "firmware/core/http/server.h"

namespace counterfoil::http {

class Session;

// What the connections of one server share.
struct Server::State : std::enable_shared_from_this<Server::State> {
    State(Loop& on, const Router& routes, const base::Clock& time, ServerSettings with);

    void accept();
    void admit(boost::asio::ip::tcp::socket socket);
    void watch_time();
    void close_all();
    void end_if_empty();

    // The session has ended: its connection is closed.
    void forget(const std::shared_ptr<Session>& session);
    void dress(const Request& request, Response& response) const;
    std::optional<Refusal> refusal_of(const Request& request) const;

    Loop& loop;
    const Router& router;
    const base::Clock& clock;
    ServerSettings settings;
    boost::asio::ip::tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
    boost::asio::steady_timer tick;
    Timer deadline;
    // Each is also held by its waits that are under way.
    std::set<std::shared_ptr<Session>> sessions;
    std::map<std::string, std::size_t> by_address;
    // Connections over the limit that are just being told so.
    std::size_t refusing = 0;
    Figures figures;
    bool stopping = false;
    bool closed = false;
    Task done;
};

}  // namespace counterfoil::http
