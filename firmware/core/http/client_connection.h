#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "firmware/core/http/client.h"

namespace counterfoil::http {

// A client's connection, open or not, as it is or under TLS. Each call waits for its end or for the
// client's timeout, and closes where it fails. In any one thread at a time.
class ClientConnection {
  public:
    using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

    // Without authorities nothing is hidden. The settings must outlive it.
    explicit ClientConnection(const ClientSettings& settings) : settings_(settings) {}

    bool is_open() { return stream_.socket().is_open(); }
    base::Status open(const std::string& host, std::uint16_t port);
    void close();

    // From here on the timeout counts.
    void start_clock();
    base::Status write(const std::string& text);
    base::Status read_head(Parser& parser);
    base::Status read_rest(Parser& parser);
    // What comes next of anything, added to the text.
    base::Status read_some(std::string& text);

  private:
    using ErrorCode = boost::system::error_code;

    base::Status prove(const std::string& host);
    // Starts one operation on whichever of the two it is, and runs it to its end.
    template <class Start>
    base::Status run(Start start);
    base::Status refused(const ErrorCode& problem);

    const ClientSettings& settings_;
    boost::asio::io_context context_{1};
    boost::beast::tcp_stream stream_{context_};
    std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
    boost::beast::flat_buffer buffer_;
};

}  // namespace counterfoil::http
