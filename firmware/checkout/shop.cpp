#include "firmware/checkout/shop.h"

#include <algorithm>
#include <charconv>

#include "firmware/core/base/coding.h"
#include "firmware/core/central/phone.h"
#include "firmware/core/ledger/spending.h"
#include "firmware/core/token/scanned.h"

namespace counterfoil::checkout {

using base::Result;
using base::Status;
using base::Uuid;
using ledger::EventType;

namespace {

constexpr std::size_t kMaxPluDigits = 6;

std::optional<std::int64_t> plu_of(std::string_view text) {
    std::int64_t plu = 0;
    const auto end = text.data() + text.size();
    if (text.empty() || text.size() > kMaxPluDigits) return std::nullopt;
    const auto read = std::from_chars(text.data(), end, plu);
    if (read.ec != std::errc() || read.ptr != end || plu < 1) return std::nullopt;
    return plu;
}

Item item_of(const mirror::Product& product) {
    return {std::to_string(product.gtin),
            product.name,
            product.category,
            product.unit_price_minor,
            product.vat_basis_points,
            product.sold_by == mirror::SoldBy::weight};
}

Status learn_points(mirror::Overlay& overlay, std::int64_t seq, const json::Value& body, int sign) {
    const auto member = body.find("member");
    const auto id = member ? member->text() : std::nullopt;
    if (!id) return {};
    CF_LET(const Uuid uuid, Uuid::parse(*id));
    CF_LET(const std::int64_t points, body.integer("points_earned"));
    if (points != 0) overlay.add(seq, mirror::PointsChange{uuid, sign * points});
    return {};
}

Status learn_use(mirror::Overlay& overlay, std::int64_t seq, const json::Value& body, int uses) {
    CF_LET(const ledger::Redemption redemption, ledger::read_redemption(body));
    const bool leased = redemption.basis == ledger::Basis::lease;
    mirror::CouponUses change{{}, uses, leased ? uses : 0};
    if (base::hex_into(redemption.coupon, change.serial)) overlay.add(seq, change);
    return {};
}

Status learn_spent(mirror::Overlay& overlay, std::int64_t seq, const json::Value& body) {
    CF_LET(const ledger::PointsSpent spent, ledger::read_points_spent(body));
    CF_LET(const Uuid member, Uuid::parse(spent.member));
    overlay.add(seq, mirror::PointsChange{member, -spent.points, spent.points});
    return {};
}

}  // namespace

Shop::Shop(const World& world) : world_(world), overlay_(world.mirror) {}

Result<Shop> Shop::open(const World& world) {
    Shop shop(world);
    CF_TRY(shop.reload());
    const std::int64_t now_s = token::seconds_of(world.clock.now());
    CF_TRY(world.desk.forget_shown(now_s - 2 * token::kFreshSeconds));
    CF_TRY(world.desk.each_shown(
        [&](const auto& device, const auto& showing) { shop.replays_.learn(device, showing); }));
    return shop;
}

Status Shop::reload() {
    CF_LET(const mirror::Meta known, meta());
    if (known.cursor > world_.journal.head().seq)
        return base::Error(base::Code::refused,
                           "the central data know more of this till's ledger than the till; they "
                           "were made for another one, or the ledger is an old copy");
    CF_LET(settings_, read_settings(world_.mirror));
    opened_at_ = world_.clock.now();
    opened_ms_ = world_.clock.steady_ms();
    learned_seq_ = std::max(learned_seq_, known.cursor);
    overlay_.forget_up_to(known.cursor);
    return {};
}

Result<base::WallTime> Shop::trusted_now() {
    CF_LET(const mirror::Meta known, meta());
    const std::int64_t passed_ms = world_.clock.steady_ms() - opened_ms_;
    const base::WallTime counted{opened_at_.unix_ms + passed_ms};
    return std::max({world_.clock.now(), known.made_at, counted});
}

Status Shop::catch_up() {
    if (learned_seq_ == world_.journal.head().seq) return {};
    // Central data from before the base, as of a centre that was restored, lack what was pruned;
    // no right is spent twice for it, because uses and points stay counted in the journal.
    CF_TRY(world_.journal.visit(
        learned_seq_ + 1, [this](const journal::StoredEvent& stored) { return learn(stored); }));
    learned_seq_ = world_.journal.head().seq;
    return {};
}

Status Shop::learn(const journal::StoredEvent& stored) {
    CF_LET(const ledger::EventView event, ledger::read_event(stored.bytes));
    const auto type = ledger::type_from_name(event.type);
    const bool matters = type == EventType::sale || type == EventType::refund ||
                         type == EventType::void_sale || type == EventType::coupon_redeemed ||
                         type == EventType::coupon_rolled_back || type == EventType::points_spent;
    if (event.version > ledger::kEventVersion || !matters) return {};
    CF_LET(const json::Document document, ledger::read_body(event));
    const json::Value body = document.root();
    if (type == EventType::sale) return learn_points(overlay_, stored.seq, body, 1);
    if (type == EventType::coupon_redeemed) return learn_use(overlay_, stored.seq, body, 1);
    if (type == EventType::coupon_rolled_back) return learn_use(overlay_, stored.seq, body, -1);
    if (type == EventType::points_spent) return learn_spent(overlay_, stored.seq, body);
    return learn_points(overlay_, stored.seq, body, -1);
}

Outcome<Item> Shop::find_product(const std::string& text) {
    if (const auto plu = plu_of(text)) {
        CF_LET(const auto product, world_.mirror.find_product_by_plu(*plu));
        if (!product) return Refusal::product_unknown;
        return item_of(*product);
    }
    CF_LET(const token::Scanned scanned, token::read_scanned(text, ""));
    const auto* code = std::get_if<token::ProductCode>(&scanned);
    if (code == nullptr) return Refusal::not_a_product;
    return find_product(*code);
}

Outcome<Item> Shop::find_product(const token::ProductCode& code) {
    CF_LET(const auto product,
           world_.mirror.find_product_by_gtin(static_cast<std::int64_t>(code.gtin)));
    if (!product) return Refusal::product_unknown;
    return item_of(*product);
}

bool Shop::is_ours(const mirror::Lease& lease) const {
    return lease.terminal == world_.journal.terminal() && lease.epoch == world_.journal.epoch();
}

std::int64_t Shop::permille_of(std::uint8_t tier) const {
    const auto& tiers = settings_.tiers_permille;
    return tiers[std::min<std::size_t>(tier, tiers.size() - 1)];
}

Outcome<KnownMember> Shop::known(const Result<std::optional<mirror::Member>>& found) {
    if (!found.ok()) return found.error();
    if (!found.value()) return Refusal::member_unknown;
    const mirror::Member& member = *found.value();
    KnownMember known{
        {member.id, false, member.tier}, member.name, member.loyalty_id, member.points,
        permille_of(member.tier),        {}};
    if (member.lease && is_ours(*member.lease)) known.lease = member.lease;
    return known;
}

Outcome<KnownMember> Shop::judge_member(const std::string& text, Showing showing) {
    if (world_.trust == nullptr) return Refusal::keys_missing;
    CF_LET(const base::WallTime now, trusted_now());
    // Who only looks leaves no trace in the table.
    token::ReplayTable scratch;
    if (showing == Showing::looked_at) scratch = replays_;
    token::ReplayTable& replays = showing == Showing::looked_at ? scratch : replays_;
    const token::Judge judge(world_.trust->keys, world_.trust->revoked, replays);
    CF_LET(const token::TrustedMember trusted, judge.member(text, {now, 0, {}}));
    if (showing == Showing::taken)
        CF_TRY(world_.desk.remember_shown(trusted.certificate.device, trusted.showing));
    return member_now({trusted.certificate.member, trusted.may_spend, trusted.certificate.tier});
}

Outcome<KnownMember> Shop::recognise(const std::string& text, Showing showing,
                                     std::string_view format) {
    const auto scanned = token::read_scanned(text, format);
    if (scanned.ok() && std::holds_alternative<token::SignedMember>(scanned.value()))
        return judge_member(text, showing);
    if (!scanned.ok() && text.starts_with(token::kMemberPrefix)) return scanned.error();
    CF_TRY(catch_up());
    const auto* card = scanned.ok() ? std::get_if<token::LoyaltyCode>(&scanned.value()) : nullptr;
    if (card != nullptr) {
        const auto found = overlay_.find_member_by_loyalty_id(card->id);
        if (!found.ok() || found.value()) return known(found);
    }
    const auto hash = world_.mirror.phone_hash(text);
    if (hash.ok()) return known(overlay_.find_member_by_phone_hash(hash.value()));
    return card != nullptr ? Refusal::member_unknown : Refusal::not_a_member;
}

Outcome<KnownMember> Shop::member_now(const BasketMember& member) {
    CF_TRY(catch_up());
    const auto found = overlay_.find_member_by_id(member.id);
    if (found.ok() && !found.value())
        return KnownMember{member, "", "", 0, permille_of(member.tier), {}};
    CF_LET(KnownMember now, known(found));
    now.member.proven = member.proven;
    return now;
}

Result<std::optional<mirror::Coupon>> Shop::find_coupon(const token::CouponSerial& serial) {
    CF_TRY(catch_up());
    return overlay_.find_coupon_by_serial(serial);
}

Result<std::optional<mirror::Coupon>> Shop::find_coupon(std::string_view code) {
    CF_TRY(catch_up());
    return overlay_.find_coupon_by_code(code);
}

bool Shop::is_revoked(const token::CouponSerial& serial) const {
    return world_.trust != nullptr && world_.trust->revoked.contains(token::revocation_of(serial));
}

Result<std::optional<mirror::Book>> Shop::find_book(std::int64_t number) {
    return world_.mirror.find_book(static_cast<std::uint32_t>(number));
}

Outcome<token::Coupon> Shop::judge_coupon(const std::string& text,
                                          const token::Situation& situation) {
    if (world_.trust == nullptr) return Refusal::keys_missing;
    const token::Judge judge(world_.trust->keys, world_.trust->revoked, replays_);
    CF_LET(const token::Coupon coupon, judge.coupon(text, situation));
    return coupon;
}

}  // namespace counterfoil::checkout
