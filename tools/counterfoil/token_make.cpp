#include "tools/counterfoil/token_make.h"

#include <algorithm>
#include <iostream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/vision/code_writer.h"
#include "firmware/vision/picture.h"
#include "tools/counterfoil/keys_folder.h"
#include "tools/counterfoil/token_text.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

constexpr int kPixelsPerModule = 6;

Status draw(const std::string& text, const std::filesystem::path& file) {
    CF_LET(const vision::Modules modules, vision::write_code(text));
    std::string picture;
    if (file.extension() == ".svg")
        picture = vision::to_svg(modules);
    else if (file.extension() == ".pgm")
        picture = vision::write_pgm(vision::to_bitmap(modules, kPixelsPerModule).view());
    else
        return Error(Code::invalid_argument, "a picture's name ends with .svg or .pgm");
    return base::replace_file(file, picture, base::Readers::everyone);
}

Status show(const std::string& text, const std::string& picture) {
    if (!picture.empty()) CF_TRY(draw(text, picture));
    std::cout << text << '\n';
    return {};
}

Result<token::Coupon> coupon_from(const MakeCouponOptions& options, base::Entropy& entropy) {
    token::Coupon coupon;
    entropy.fill(coupon.serial);
    if (!options.serial.empty() && !base::hex_into(options.serial, coupon.serial))
        return Error(Code::invalid_argument, "a coupon's serial is 16 hexadecimal digits");
    coupon.book = options.book;
    CF_LET(coupon.kind, coupon_kind_from(options.kind));
    coupon.value = options.value;
    coupon.not_before_s = token::seconds_of(base::SystemClock().now());
    coupon.expires_s = coupon.not_before_s + options.days * kDaySeconds;
    coupon.stores = options.stores;
    std::ranges::sort(coupon.stores);
    coupon.home = options.home;
    coupon.uses = options.uses;
    if (!options.member.empty()) {
        CF_LET(const base::Uuid member, base::Uuid::parse(options.member));
        coupon.holder = token::holder_tag(member);
    }
    return coupon;
}

Status run(const MakeCouponOptions& options) {
    crypto::Random random;
    CF_LET(auto signer, KeysFolder(options.keys)
                            .signing_key(token::kForCoupons, base::SystemClock().now(), random));
    CF_LET(const token::Coupon coupon, coupon_from(options, random));
    CF_LET(const std::string text, token::write_coupon(coupon, signer));
    return show(text, options.picture);
}

Result<crypto::SigningKey> device_key(const std::string& path, base::Entropy& entropy) {
    if (std::filesystem::exists(path)) return crypto::SigningKey::load(path, entropy);
    auto key = crypto::SigningKey::generate(entropy);
    CF_TRY(key.save(path));
    return key;
}

Status run(const MakeMemberOptions& options) {
    crypto::Random random;
    const base::WallTime now = base::SystemClock().now();
    CF_LET(auto centre, KeysFolder(options.keys).signing_key(token::kForMembers, now, random));
    CF_LET(auto device, device_key(options.device, random));
    token::MemberCertificate certificate;
    CF_LET(certificate.member, base::Uuid::parse(options.member));
    certificate.tier = options.tier;
    certificate.device = crypto::compress(device.public_key());
    certificate.expires_s = token::seconds_of(now) + options.days * kDaySeconds;
    CF_LET(const base::Bytes bytes, token::write_certificate(certificate, centre));
    CF_LET(const std::string text,
           token::write_member(bytes, {token::seconds_of(now), options.counter}, device));
    return show(text, options.picture);
}

ExitCode ended(const Status& status) {
    return status.ok() ? kDone : refuse(status.error());
}

}  // namespace

ExitCode make_coupon(const MakeCouponOptions& options) {
    return ended(run(options));
}

ExitCode make_member(const MakeMemberOptions& options) {
    return ended(run(options));
}

}  // namespace counterfoil::tool
