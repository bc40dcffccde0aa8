#include "tools/counterfoil/keys.h"

#include <algorithm>
#include <iomanip>
#include <iostream>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/crypto/public_key.h"
#include "tools/counterfoil/keys_folder.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

std::int64_t now_seconds() {
    return token::seconds_of(base::SystemClock().now());
}

std::string date(std::int64_t seconds) {
    return base::to_rfc3339({seconds * 1000}).substr(0, 10);
}

// The list with its next version, signed by the folder's root.
Status renew(const KeysFolder& folder, token::KeyList list, std::int64_t overdue_s) {
    crypto::Random random;
    CF_LET(auto root, crypto::SigningKey::load(folder.root_key(), random));
    ++list.version;
    list.issued_s = now_seconds();
    list.overdue_s = overdue_s;
    return folder.save_list(list, root);
}

Status make(const KeysRootOptions& options) {
    const KeysFolder folder(options.folder);
    std::error_code fault;
    std::filesystem::create_directories(folder.path(), fault);
    if (fault) return base::system_error(fault.value(), folder.path());
    crypto::Random random;
    auto root = crypto::SigningKey::generate(random);
    CF_TRY(root.save(folder.root_key()));
    CF_TRY(base::create_file(folder.root_public(), crypto::to_pem(root.public_key()),
                             base::Readers::everyone));
    token::KeyList list;
    list.issued_s = now_seconds();
    list.overdue_s = list.issued_s + options.overdue_days * kDaySeconds;
    CF_TRY(folder.save_list(list, root));
    std::cout << "made: " << folder.root_key().string() << ", a root key; keep it offline\n"
              << "made: " << folder.root_public().string() << ", which every till must know\n"
              << "made: " << folder.list().string() << ", version 1, no keys yet\n";
    return {};
}

Status issue(const KeysIssueOptions& options) {
    const KeysFolder folder(options.folder);
    CF_LET(const std::uint8_t purposes, purposes_from(options.purposes));
    CF_LET(token::KeyList list, folder.load_list());
    crypto::Random random;
    const auto key = crypto::SigningKey::generate(random);
    const token::KeyId id = token::key_id(key.public_key());
    // An hour of grace for tills whose clock is behind.
    const std::int64_t now_s = now_seconds();
    list.keys.push_back(
        {key.public_key(), purposes, now_s - 3600, now_s + options.days * kDaySeconds});
    // What has run out proves nothing any more; but revocations are judged by their own time.
    std::erase_if(list.keys, [&](const token::ListedKey& old) {
        return old.expires_s <= now_s && (old.purposes & token::kForRevocations) == 0;
    });
    CF_TRY(key.save(folder.private_key(id)));
    const Status renewed = renew(folder, list, now_s + options.overdue_days * kDaySeconds);
    if (!renewed.ok()) {
        std::error_code ignored;
        std::filesystem::remove(folder.private_key(id), ignored);
        return renewed.error();
    }
    std::cout << "issued: " << base::to_hex(id) << " for " << purposes_text(purposes) << ", in "
              << folder.list().string() << " version " << list.version + 1 << '\n';
    return {};
}

Status print_list(const KeysListOptions& options) {
    const KeysFolder folder(options.folder);
    CF_LET(const token::KeyList list, folder.load_list());
    CF_LET(const till::DeltasFile revocations, folder.load_deltas());
    std::cout << "version " << list.version << ", issued " << date(list.issued_s) << ", overdue "
              << date(list.overdue_s) << '\n';
    if (list.keys.empty()) std::cout << "no keys yet; make one with \"keys issue\"\n";
    for (const token::ListedKey& key : list.keys)
        std::cout << base::to_hex(token::key_id(key.key)) << "  " << date(key.not_before_s)
                  << " to " << date(key.expires_s) << "  " << purposes_text(key.purposes) << '\n';
    std::size_t revoked = 0;
    for (const token::SignedDelta& delta : revocations.deltas) revoked += delta.delta.added.size();
    std::cout << revoked << " revocations, version " << revocations.version() << '\n';
    return {};
}

// All that was revoked, signed anew in one delta by another key than the one that goes, which tills
// will no longer know.
Status sign_revocations_anew(const KeysFolder& folder, const token::KeyList& list,
                             const token::KeyId& going) {
    CF_LET(const till::DeltasFile revocations, folder.load_deltas());
    if (revocations.deltas.empty()) return {};
    CF_LET(const token::Revocations all, revocations.revoked(token::KeyRing(list)));
    crypto::Random random;
    CF_LET(auto signer,
           folder.signing_key(token::kForRevocations, base::SystemClock().now(), random, going));
    return folder.replace_deltas({0, all.version() + 1, now_seconds(), all.prefixes()}, signer);
}

Status revoke_key(const KeysFolder& folder, const KeysRevokeOptions& options) {
    CF_LET(token::KeyList list, folder.load_list());
    const auto going = std::ranges::find_if(list.keys, [&](const token::ListedKey& key) {
        return base::to_hex(token::key_id(key.key)) == options.key;
    });
    if (going == list.keys.end())
        return Error(Code::not_found, "the list holds no key " + options.key);
    if ((going->purposes & token::kForRevocations) != 0)
        CF_TRY(sign_revocations_anew(folder, list, token::key_id(going->key)));
    list.keys.erase(going);
    CF_TRY(renew(folder, list, now_seconds() + options.overdue_days * kDaySeconds));
    std::cout << "revoked: key " << options.key << ", in " << folder.list().string() << " version "
              << list.version + 1 << '\n';
    return {};
}

Result<token::RevocationPrefix> prefix_from(const KeysRevokeOptions& options) {
    if (!options.member.empty()) {
        CF_LET(const base::Uuid member, base::Uuid::parse(options.member));
        return token::revocation_of(member);
    }
    token::CouponSerial serial{};
    if (!base::hex_into(options.coupon, serial))
        return Error(Code::invalid_argument, "a coupon's serial is 16 hexadecimal digits");
    return token::revocation_of(serial);
}

Status run_revoke(const KeysRevokeOptions& options) {
    const KeysFolder folder(options.folder);
    if (!options.key.empty()) return revoke_key(folder, options);
    CF_LET(const token::RevocationPrefix prefix, prefix_from(options));
    CF_LET(const till::DeltasFile revocations, folder.load_deltas());
    crypto::Random random;
    CF_LET(auto signer,
           folder.signing_key(token::kForRevocations, base::SystemClock().now(), random));
    const std::uint64_t version = revocations.version();
    CF_TRY(folder.append_delta({version, version + 1, now_seconds(), {prefix}}, signer));
    std::cout << "revoked: " << options.coupon << options.member << ", in "
              << folder.revocations().string() << " version " << version + 1 << '\n';
    return {};
}

ExitCode ended(const Status& status) {
    return status.ok() ? kDone : refuse(status.error());
}

}  // namespace

ExitCode make_root(const KeysRootOptions& options) {
    return ended(make(options));
}

ExitCode issue_key(const KeysIssueOptions& options) {
    return ended(issue(options));
}

ExitCode list_keys(const KeysListOptions& options) {
    return ended(print_list(options));
}

ExitCode revoke(const KeysRevokeOptions& options) {
    return ended(run_revoke(options));
}

}  // namespace counterfoil::tool
