#pragma once

#include <boost/asio/ssl/context.hpp>

#include "firmware/core/http/tls.h"

namespace counterfoil::http {

struct Tls::Context {
    boost::asio::ssl::context tls{boost::asio::ssl::context::tls_server};
};

}  // namespace counterfoil::http
