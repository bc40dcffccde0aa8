#include "firmware/core/http/client_connection.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include "firmware/core/http/tls_context.h"

namespace counterfoil::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::Code;
using base::Error;
using base::Status;

namespace {

constexpr std::size_t kPiece = 4096;

Error error_of(const boost::system::error_code& problem) {
    using HttpError = beast::http::error;
    if (problem == HttpError::header_limit || problem == HttpError::body_limit ||
        problem == HttpError::buffer_overflow)
        return Error(Code::too_large, "the response is too large");
    const bool is_http = problem.category() == make_error_code(HttpError::need_more).category();
    const bool is_end =
        problem == HttpError::end_of_stream || problem == HttpError::partial_message;
    return Error(is_http && !is_end ? Code::malformed : Code::io_failed, problem.message());
}

auto into(boost::system::error_code& problem) {
    return [&problem](boost::system::error_code result, auto...) { problem = result; };
}

// The name has to stand where names stand today, and not as the subject; a wildcard for one whole
// part of it. The last call is SSL_set_tlsext_host_name(), a macro with a cast that we warn of.
bool expect(SSL* tls, std::string host) {
    X509_VERIFY_PARAM* expected = SSL_get0_param(tls);
    boost::system::error_code problem;
    asio::ip::make_address(host, problem);
    if (!problem) return X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1;
    X509_VERIFY_PARAM_set_hostflags(
        expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size()) == 1 &&
           SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

}  // namespace

template <class Start>
Status ClientConnection::run(Start start) {
    ErrorCode problem;
    if (tls_)
        start(*tls_, problem);
    else
        start(stream_, problem);
    context_.restart();
    context_.run();
    if (!problem) return {};
    return refused(problem);
}

Status ClientConnection::refused(const ErrorCode& problem) {
    close();
    return error_of(problem);
}

void ClientConnection::start_clock() {
    stream_.expires_after(std::chrono::milliseconds(settings_.timeout_ms));
}

void ClientConnection::close() {
    tls_.reset();
    stream_.close();
    buffer_.clear();
}

Status ClientConnection::open(const std::string& host, std::uint16_t port) {
    close();
    ErrorCode problem;
    const auto found = tcp::resolver(context_).resolve(host, std::to_string(port),
                                                       tcp::resolver::numeric_service, problem);
    if (problem) return Error(Code::io_failed, "no address of " + host + ": " + problem.message());
    start_clock();
    CF_TRY(run([&](auto&, ErrorCode& result) { stream_.async_connect(found, into(result)); }));
    stream_.socket().set_option(tcp::no_delay(true), problem);
    return settings_.authorities ? prove(host) : Status();
}

Status ClientConnection::prove(const std::string& host) {
    auto& tls = tls_.emplace(stream_, settings_.authorities->context().tls);
    if (!expect(tls.native_handle(), host)) {
        close();
        return Error(Code::invalid_argument, host + " is no name of a server");
    }
    ErrorCode problem;
    tls.async_handshake(asio::ssl::stream_base::client, into(problem));
    context_.restart();
    context_.run();
    if (!problem) return {};
    const long verified = SSL_get_verify_result(tls.native_handle());
    close();
    if (verified == X509_V_OK) return Error(Code::io_failed, "TLS: " + problem.message());
    return Error(Code::bad_certificate, "the server is not " + host + ", or cannot prove it: " +
                                            X509_verify_cert_error_string(verified));
}

Status ClientConnection::write(const std::string& text) {
    return run([&](auto& wire, ErrorCode& problem) {
        asio::async_write(wire, asio::buffer(text), into(problem));
    });
}

Status ClientConnection::read_head(Parser& parser) {
    return run([&](auto& wire, ErrorCode& problem) {
        beast::http::async_read_header(wire, buffer_, parser, into(problem));
    });
}

Status ClientConnection::read_rest(Parser& parser) {
    if (parser.is_done()) return {};
    return run([&](auto& wire, ErrorCode& problem) {
        beast::http::async_read(wire, buffer_, parser, into(problem));
    });
}

Status ClientConnection::read_some(std::string& text) {
    std::size_t got = 0;
    if (buffer_.size() == 0) {
        CF_TRY(run([&](auto& wire, ErrorCode& problem) {
            wire.async_read_some(buffer_.prepare(kPiece),
                                 [&problem, &got](ErrorCode result, std::size_t size) {
                                     problem = result;
                                     got = size;
                                 });
        }));
        buffer_.commit(got);
    }
    text.append(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    buffer_.clear();
    return {};
}

}  // namespace counterfoil::http
