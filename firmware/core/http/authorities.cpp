#include "firmware/core/http/authorities.h"

#include "firmware/core/base/file.h"
#include "firmware/core/http/tls_context.h"

namespace counterfoil::http {

namespace ssl = boost::asio::ssl;
using base::Code;
using base::Error;
using base::Result;
using boost::system::error_code;

namespace {

constexpr std::size_t kMostBytes = 4UL << 20;

base::Status restrict(ssl::context& tls) {
    error_code problem;
    tls.set_options(
        ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression, problem);
    if (!problem) tls.set_verify_mode(ssl::verify_peer, problem);
    if (problem) return Error(Code::io_failed, "TLS: " + problem.message());
    return {};
}

}  // namespace

Authorities::Authorities(std::unique_ptr<Context> context) : context_(std::move(context)) {}
Authorities::Authorities(Authorities&&) noexcept = default;
Authorities& Authorities::operator=(Authorities&&) noexcept = default;
Authorities::~Authorities() = default;

Result<Authorities> Authorities::of_system() {
    auto context = std::make_unique<Context>();
    CF_TRY(restrict(context->tls));
    error_code problem;
    context->tls.set_default_verify_paths(problem);
    if (problem)
        return Error(Code::bad_certificate, "this system's authorities: " + problem.message());
    return Authorities(std::move(context));
}

Result<Authorities> Authorities::load(const std::filesystem::path& file) {
    CF_LET(const std::string text, base::read_file(file, kMostBytes));
    auto context = std::make_unique<Context>();
    CF_TRY(restrict(context->tls));
    error_code problem;
    context->tls.add_certificate_authority(boost::asio::buffer(text), problem);
    const bool holds_one = text.find("-----BEGIN CERTIFICATE-----") != std::string::npos;
    if (problem || !holds_one)
        return Error(Code::bad_certificate, file.string() + ": holds no certificate in PEM");
    return Authorities(std::move(context));
}

}  // namespace counterfoil::http
