#include "firmware/core/http/tls.h"

#include "firmware/core/base/file.h"
#include "firmware/core/http/tls_context.h"

namespace counterfoil::http {

namespace ssl = boost::asio::ssl;
using base::Code;
using base::Error;
using base::Result;

Tls::Tls(std::unique_ptr<Context> context) : context_(std::move(context)) {}
Tls::Tls(Tls&&) noexcept = default;
Tls& Tls::operator=(Tls&&) noexcept = default;
Tls::~Tls() = default;

Result<Tls> Tls::load(const std::filesystem::path& chain, const std::filesystem::path& key) {
    CF_TRY(base::check_owner_only(key));
    auto context = std::make_unique<Context>();
    ssl::context& tls = context->tls;
    boost::system::error_code problem;
    tls.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                        ssl::context::no_compression | ssl::context::single_dh_use,
                    problem);
    if (!problem) tls.use_certificate_chain_file(chain.string(), problem);
    if (problem) return Error(Code::bad_certificate, chain.string() + ": " + problem.message());
    tls.use_private_key_file(key.string(), ssl::context::pem, problem);
    if (problem) return Error(Code::key_mismatch, key.string() + ": " + problem.message());
    return Tls(std::move(context));
}

}  // namespace counterfoil::http
