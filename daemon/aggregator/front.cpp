#include "daemon/aggregator/front.h"

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/crypto/pin_hash.h"

namespace counterfoil::aggregator {

using base::Result;

namespace {

constexpr std::size_t kReaders = 2;
// Who asks a server waits for it most of the time.
constexpr std::size_t kReadersOfServer = 6;
// A PIN takes a third of a second: so many may wait for one.
constexpr std::size_t kPinsWaiting = 32;
constexpr std::int64_t kSecondsPerMinute = 60;
constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::size_t kMaxSecret = 4096;
constexpr std::size_t kPinDigits = 8;
constexpr std::size_t kMostHandedOut = 16UL << 10;
constexpr const char* kFirstAdmin = "ADMIN001";

Result<std::vector<std::unique_ptr<store::Database>>> connections(const CentreFolder& folder,
                                                                  const std::string& postgres) {
    std::vector<std::unique_ptr<store::Database>> all;
    const std::size_t count = postgres.empty() ? kReaders : kReadersOfServer;
    for (std::size_t i = 0; i < count; ++i) {
        CF_LET(auto connection, reader_connection(folder, postgres));
        all.push_back(std::move(connection));
    }
    return all;
}

Result<api::Tokens> tokens_of(const CentreFolder& folder, const FrontOptions& options,
                              base::Entropy& entropy) {
    const std::int64_t lives_s = options.token_minutes * kSecondsPerMinute;
    if (!options.token_secret.empty()) {
        CF_TRY(base::check_owner_only(options.token_secret));
        CF_LET(std::string secret, base::read_file(options.token_secret, kMaxSecret));
        while (secret.ends_with('\n')) secret.pop_back();
        return api::Tokens::hs256(std::move(secret), lives_s);
    }
    std::error_code problem;
    if (!std::filesystem::exists(folder.token_key(), problem))
        CF_TRY(crypto::SigningKey::generate(entropy).save(folder.token_key()));
    CF_LET(auto key, crypto::SigningKey::load(folder.token_key(), entropy));
    return api::Tokens::es256(std::move(key), lives_s);
}

// Empty where there is no such file.
Result<std::string> text_if_there(const std::filesystem::path& path) {
    auto text = base::read_file(path, kMostHandedOut);
    if (!text.ok() && text.error().code() == base::Code::not_found) return std::string();
    return text;
}

Result<api::Handout> handout_of(const CentreFolder& folder, const FrontOptions& options) {
    api::Handout handout;
    handout.broker = options.device_broker;
    handout.port = options.device_broker_port;
    handout.tenant = options.tenant;
    handout.link_lives_ms = options.link_seconds * kMsPerSecond;
    if (!options.device_broker_authority.empty()) {
        CF_LET(handout.authority, base::read_file(options.device_broker_authority, kMostHandedOut));
    }
    CF_LET(handout.trust_root, text_if_there(folder.trust_root()));
    CF_LET(const std::string list, text_if_there(folder.key_list()));
    handout.key_list = base::to_base64url(base::as_bytes(list));
    return handout;
}

services::Settings settings_of(const FrontOptions& options) {
    services::Settings settings;
    settings.allow_registration = options.allow_registration;
    return settings;
}

}  // namespace

Front::Front(const World& world, const FrontOptions& options, api::Tokens tokens, Vouching vouching,
             std::vector<std::unique_ptr<store::Database>> connections)
    : world_(world),
      settings_(settings_of(options)),
      tokens_(std::move(tokens)),
      guesses_(options.limits.guesses_per_hour),
      authority_(std::move(vouching.authority)),
      revocations_(std::move(vouching.revocations)),
      handout_(std::move(vouching.handout)),
      ids_(world_.clock, world_.entropy),
      clerk_({world_.centre.database(), world_.centre.own(), world_.clock, ids_, world_.entropy},
             world_.wake),
      imports_({[this](services::Clerk::Act act) { return clerk_.ask(std::move(act)); }, settings_,
                world_.clock,
                [this](const std::string& id, const services::ImportState& state) {
                    world_.loop.post([this, id, state] { tell(id, state); });
                }}),
      ground_{tokens_,
              settings_,
              world_.clock,
              guesses_,
              authority_,
              world_.centre.certificate(),
              world_.centre.signer(),
              handout_,
              imports_,
              world_.terminals_changed},
      worker_(std::in_place, kPinsWaiting),
      readers_(std::in_place, std::move(connections)),
      api_({world_.loop, *readers_, clerk_, *worker_, ground_, world_.log}, options.limits) {}

void Front::tell(const std::string& id, const services::ImportState& state) {
    world_.log.info("import", {{"id", id},
                               {"state", services::stage_name(state.stage)},
                               {"customers", state.customers},
                               {"purchases", state.purchases},
                               {"coupons", state.coupons},
                               {"pins_left", state.pins_left},
                               {"why", state.why.english}});
}

void Front::stop() {
    imports_.stop();
    // Who reads asks the worker, and the worker nobody here.
    readers_.reset();
    worker_.reset();
}

Result<std::unique_ptr<Front>> Front::open(const World& world, const CentreFolder& folder,
                                           const FrontOptions& options) {
    CF_LET(auto all, connections(folder, options.postgres));
    CF_LET(auto tokens, tokens_of(folder, options, world.entropy));
    CF_LET(auto vouching, open_vouching(folder, options, world.clock));
    std::unique_ptr<Front> front(
        new Front(world, options, std::move(tokens), std::move(vouching), std::move(all)));
    CF_TRY(front->api_.learn_roles(world.centre.database()));
    return front;
}

Result<Front::Vouching> Front::open_vouching(const CentreFolder& folder,
                                             const FrontOptions& options,
                                             const base::Clock& clock) {
    const services::Authority::Files files{folder.authority_key(), folder.authority_certificate()};
    CF_LET(auto authority, services::Authority::open(files, clock));
    CF_LET(auto revocations,
           services::RevocationFile::open(files, folder.revocations(),
                                          options.revocations_seconds * kMsPerSecond));
    CF_LET(auto handout, handout_of(folder, options));
    return Vouching{std::move(authority), std::move(revocations), std::move(handout)};
}

base::Status Front::write_revocations_if_due() {
    constexpr std::int64_t kAgainMs = 5000;
    // Somebody may have worked beside, from a shell.
    constexpr std::int64_t kLookMs = 20'000;
    const base::WallTime now = world_.clock.now();
    const bool is_old = revocations_.is_old(now);
    const std::int64_t now_ms = world_.clock.steady_ms();
    // What has just failed is not tried again at once, whatever the reason.
    const bool is_urgent = !has_failed_to_revoke_ && (is_old || are_terminals_changed_);
    if (!is_urgent && now_ms < revocations_again_ms_) return {};
    const auto written = revocations_.write(world_.centre.database(), now, is_old);
    are_terminals_changed_ = false;
    has_failed_to_revoke_ = !written.ok();
    revocations_again_ms_ = now_ms + (written.ok() ? kLookMs : kAgainMs);
    if (written.ok()) return {};
    return written.error().as_error();
}

Result<std::optional<Front::FirstAdmin>> Front::make_first_admin() {
    const auto has_admin = services::has_admin(world_.centre.database());
    if (!has_admin.ok()) return *has_admin.error().cause;
    if (has_admin.value()) return std::optional<FirstAdmin>();
    FirstAdmin admin{kFirstAdmin, crypto::random_pin(kPinDigits, world_.entropy)};
    CF_LET(const std::string hash, crypto::hash_pin(admin.pin, world_.entropy));
    services::NewAccount fresh;
    fresh.role = services::kAdminRole;
    fresh.tier = settings_.tiers.tiers().front().name;
    fresh.profile.loyalty_id = admin.loyalty_id;
    fresh.profile.name = "Administrator";
    fresh.profile.pin_hash = hash;
    CF_TRY(world_.centre.own().within([&]() -> base::Status {
        services::Desk desk(
            {world_.centre.database(), world_.centre.own(), world_.clock, ids_, world_.entropy},
            "");
        const auto made = services::create_account(desk, settings_, fresh);
        if (made.ok()) return {};
        if (made.error().cause) return *made.error().cause;
        return base::Error(base::Code::already_exists, made.error().sentence.english);
    }));
    return std::optional(admin);
}

}  // namespace counterfoil::aggregator
