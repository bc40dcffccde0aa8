#include "firmware/core/loyalty/discount.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "firmware/core/loyalty/discount_words.h"
#include "firmware/core/loyalty/earning.h"
#include "firmware/core/loyalty/split.h"

namespace counterfoil::loyalty {
namespace {

// What earlier offers have left of a line.
struct OpenLine {
    std::int64_t left_minor = 0;
    std::int64_t paid_pieces = 0;  // not yet free; of no meaning for what is weighed
};

// What one offer would take off one line.
struct Cut {
    std::int64_t minor = 0;
    std::int64_t pieces = 0;
};

struct Benefit {
    std::int64_t discount_minor = 0;
    std::int64_t bonus_points = 0;
};

std::vector<OpenLine> open_lines(const Cart& cart) {
    std::vector<OpenLine> lines;
    for (const CartLine& line : cart.lines)
        lines.push_back({line.gross_minor, line.quantity.amount});
    return lines;
}

std::int64_t share_of(std::int64_t amount, std::int64_t part, std::int64_t whole) {
    CF_CHECK(part >= 0 && part <= whole);
    const auto share = money::scale(amount, part, whole, kDiscountRounding);
    CF_CHECK(share.ok() && share.value() <= amount);
    return share.value();
}

std::vector<Cut> cut_amount(const Offer& offer, const Cart& cart,
                            const std::vector<OpenLine>& open) {
    std::vector<std::int64_t> weights(open.size(), 0);
    for (std::size_t i = 0; i < open.size(); ++i)
        if (is_for_line(offer, cart.lines[i])) weights[i] = open[i].left_minor;
    const std::int64_t left = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    const std::int64_t amount = offer.kind == OfferKind::fixed
                                    ? std::min(offer.value, left)
                                    : share_of(left, offer.value, kWholePermille);
    std::vector<Cut> cuts;
    for (std::int64_t share : split_by_weight(amount, weights)) cuts.push_back({share, 0});
    return cuts;
}

// The lines that can hold free pieces, the cheapest product first.
std::vector<std::size_t> cheapest_first(const Offer& offer, const Cart& cart,
                                        const std::vector<OpenLine>& open) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < open.size(); ++i)
        if (is_for_line(offer, cart.lines[i]) && open[i].left_minor > 0) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return cart.lines[a].unit_price_minor < cart.lines[b].unit_price_minor;
    });
    return order;
}

// A free piece takes off what the line's pieces that are still paid cost on average.
std::vector<Cut> cut_pieces(const Offer& offer, const Cart& cart,
                            const std::vector<OpenLine>& open) {
    std::vector<Cut> cuts(open.size());
    std::int64_t free_pieces = offer.value;
    for (std::size_t i : cheapest_first(offer, cart, open)) {
        const std::int64_t pieces = std::min(free_pieces, open[i].paid_pieces);
        if (pieces == 0) continue;
        cuts[i] = {share_of(open[i].left_minor, pieces, open[i].paid_pieces), pieces};
        free_pieces -= pieces;
    }
    CF_CHECK(free_pieces >= 0);
    return cuts;
}

std::vector<Cut> cuts_of(const Offer& offer, const Cart& cart, const std::vector<OpenLine>& open) {
    switch (offer.kind) {
        case OfferKind::fixed:
        case OfferKind::percent:
            return cut_amount(offer, cart, open);
        case OfferKind::free_product:
            return cut_pieces(offer, cart, open);
        case OfferKind::bonus_points:
            break;
    }
    return std::vector<Cut>(open.size());
}

Benefit benefit_of(const Offer& offer, const std::vector<Cut>& cuts) {
    Benefit benefit;
    for (const Cut& cut : cuts) benefit.discount_minor += cut.minor;
    if (offer.kind == OfferKind::bonus_points) benefit.bonus_points = offer.value;
    return benefit;
}

// An offer, why it is not for this cart at all, and what it would give alone.
struct Candidate {
    const Offer* offer;
    std::optional<Refusal> refusal;
    Benefit alone;
};

// The ids are compared crosswise, because the greater of all else goes first, but the smaller id.
bool is_tried_before(const Candidate& a, const Candidate& b) {
    const auto key = [](const Candidate& one, const Candidate& other) {
        return std::tie(one.offer->priority, one.alone.discount_minor, one.alone.bonus_points,
                        other.offer->id);
    };
    return key(a, b) > key(b, a);
}

base::Result<void, Refusal> check_offers(const std::vector<Offer>& offers) {
    if (offers.size() > kMaxOffers) return Refusal::too_many_offers;
    std::vector<base::Uuid> ids;
    for (const Offer& offer : offers) {
        CF_TRY(check_offer(offer));
        ids.push_back(offer.id);
    }
    std::sort(ids.begin(), ids.end());
    if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) return Refusal::offer_repeated;
    return {};
}

// The dry run while it is under way.
class DryRun {
  public:
    DryRun(const Cart& cart, std::int64_t gross_minor) : cart_(cart), open_(open_lines(cart)) {
        result_.gross_minor = gross_minor;
        result_.lines.resize(cart.lines.size());
    }

    void rank(const std::vector<Offer>& offers, const MemberState& member) {
        for (const Offer& offer : offers) {
            Candidate candidate{&offer, std::nullopt, {}};
            const auto eligible = check_eligible(offer, cart_, result_.gross_minor, member);
            if (eligible.ok())
                candidate.alone = benefit_of(offer, cuts_of(offer, cart_, open_));
            else
                candidate.refusal = eligible.error();
            candidates_.push_back(candidate);
        }
        std::sort(candidates_.begin(), candidates_.end(), is_tried_before);
    }

    Evaluation run() {
        for (const Candidate& candidate : candidates_) try_offer(candidate);
        finish();
        return std::move(result_);
    }

  private:
    void try_offer(const Candidate& candidate) {
        const Offer& offer = *candidate.offer;
        OfferOutcome outcome;
        outcome.offer = offer.id;
        outcome.refusal = candidate.refusal;
        if (!outcome.refusal) block(offer, outcome);
        if (!outcome.refusal) apply(offer, outcome);
        const money::Money gross(result_.gross_minor, cart_.currency);
        outcome.sentence = outcome_sentence(outcome, offer, gross);
        result_.offers.push_back(std::move(outcome));
    }

    // Looks for an offer that applies already and leaves no room for this one.
    void block(const Offer& offer, OfferOutcome& outcome) const {
        for (const Offer* other : applied_) {
            const bool alone = !offer.stackable || !other->stackable;
            const bool same_group =
                !offer.exclusive_group.empty() && offer.exclusive_group == other->exclusive_group;
            if (!alone && !same_group) continue;
            outcome.refusal = alone ? Refusal::not_stackable : Refusal::group_taken;
            outcome.blocked_by = other->id;
            return;
        }
    }

    void apply(const Offer& offer, OfferOutcome& outcome) {
        const std::vector<Cut> cuts = cuts_of(offer, cart_, open_);
        const Benefit benefit = benefit_of(offer, cuts);
        if (benefit.discount_minor == 0 && benefit.bonus_points == 0) {
            outcome.refusal = Refusal::nothing_left;
            return;
        }
        for (std::size_t i = 0; i < cuts.size(); ++i) take(offer.id, i, cuts[i]);
        outcome.discount_minor = benefit.discount_minor;
        outcome.bonus_points = benefit.bonus_points;
        result_.discount_minor += benefit.discount_minor;
        result_.bonus_points += benefit.bonus_points;
        applied_.push_back(&offer);
    }

    void take(const base::Uuid& offer, std::size_t at, Cut cut) {
        open_[at].left_minor -= cut.minor;
        open_[at].paid_pieces -= cut.pieces;
        CF_CHECK(cut.minor >= 0 && open_[at].left_minor >= 0 && open_[at].paid_pieces >= 0);
        if (cut.minor == 0) return;
        result_.lines[at].taken.push_back({offer, cut.minor});
        result_.lines[at].discount_minor += cut.minor;
    }

    void finish() {
        std::int64_t discount_minor = 0;
        for (std::size_t i = 0; i < open_.size(); ++i) {
            LineOutcome& line = result_.lines[i];
            line.to_pay_minor = open_[i].left_minor;
            CF_CHECK(line.discount_minor + line.to_pay_minor == cart_.lines[i].gross_minor);
            discount_minor += line.discount_minor;
        }
        CF_CHECK(discount_minor == result_.discount_minor);
        result_.to_pay_minor = result_.gross_minor - discount_minor;
        CF_CHECK(result_.to_pay_minor >= 0);
    }

    const Cart& cart_;
    std::vector<OpenLine> open_;
    std::vector<Candidate> candidates_;
    std::vector<const Offer*> applied_;
    Evaluation result_;
};

}  // namespace

Judged<Evaluation> evaluate(const Cart& cart, const std::vector<Offer>& offers,
                            const MemberState& member) {
    CF_LET(const std::int64_t gross_minor, cart_gross_minor(cart));
    CF_TRY(check_offers(offers));
    DryRun dry_run(cart, gross_minor);
    dry_run.rank(offers, member);
    return dry_run.run();
}

}  // namespace counterfoil::loyalty
