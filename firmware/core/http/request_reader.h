#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "firmware/core/http/guard.h"
#include "firmware/core/http/limits.h"
#include "firmware/core/http/message.h"

namespace counterfoil::http {

// Makes one request out of a connection's bytes, without any input or output of its own. This and
// its neighbours that touch sockets are the only places that know the library.
class RequestReader {
  public:
    enum class Progress { needs_more, head_done, done, failed };

    // The limits must outlive the reader.
    explicit RequestReader(const Limits& limits);

    // Takes what it can out of the buffer. It stops once after the head, so that the body's bound
    // can be set, and then goes on when called again.
    Progress read(boost::beast::flat_buffer& buffer);

    // head_done: all but the body and the parameters. done: the body too.
    Request& request() { return request_; }
    // Whether any of it has been taken out of the buffer.
    bool has_begun() const { return parser_.got_some(); }
    // Failed where the head has promised more already.
    Progress bound_body(std::size_t max_bytes);

    // Whether the client asks to be told before it sends the body.
    bool expects_continue() const { return expects_continue_; }
    // Whether the connection can be used for another request.
    bool keeps_open() const { return parser_.get().keep_alive() && parser_.get().version() == 11; }
    // Why it failed.
    const Refusal& refusal() const { return *refusal_; }
    // How what cannot be taken for a request is refused.
    static Refusal no_request();

  private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    Progress fail(Refusal refusal);
    Progress fail(boost::system::error_code problem);
    Progress take_head();
    Progress check_framing();
    Progress after_body();

    const Limits& limits_;
    Parser parser_;
    Request request_;
    std::optional<Refusal> refusal_;
    bool expects_continue_ = false;
    bool head_taken_ = false;
};

}  // namespace counterfoil::http
