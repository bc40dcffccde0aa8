#pragma once

#include <boost/asio/ssl/context.hpp>

#include "firmware/core/http/authorities.h"
#include "firmware/core/http/tls.h"

namespace counterfoil::http {

struct Tls::Context {
    boost::asio::ssl::context tls{boost::asio::ssl::context::tls_server};
};

struct Authorities::Context {
    boost::asio::ssl::context tls{boost::asio::ssl::context::tls_client};
};

}  // namespace counterfoil::http
