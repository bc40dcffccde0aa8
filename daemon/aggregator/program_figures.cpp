#include "daemon/aggregator/figure_text.h"
#include "daemon/aggregator/program.h"

// A program's figures, for whoever draws them over time.
namespace counterfoil::aggregator {
namespace {

void add_ingest(FigureText& text, const ingest::Figures& now) {
    text.counter("events_kept_total", "Events kept.", now.events_kept);
    text.counter("batches_kept_total", "Batches kept.", now.batches_kept);
    text.counter("batches_again_total", "Batches that were there.", now.batches_again);
    text.counter("receipts_total", "Receipts given.", now.receipts);
    text.counter("hellos_total", "Terminals that asked where they are.", now.hellos);
    text.counter("heartbeats_total", "Signs of life.", now.heartbeats);
    text.counter("pulls_total", "Deltas asked for.", now.pulls);
    text.counter("quarantined_total", "Messages that were none.", now.quarantined);
    text.counter("heads_behind_total", "Ledgers shorter than they were.", now.heads_behind);
    text.counter("other_ledgers_total", "Terminals that came with another ledger.",
                 now.other_ledgers);
    for (std::size_t reason = 0; reason < wire::kReasons; ++reason)
        text.counter("refused_" +
                         std::string(wire::reason_name(static_cast<wire::Reason>(reason))) +
                         "_total",
                     "Refused for that reason.", now.refused[reason]);
}

void add_requests(FigureText& text, const api::Api::Figures& asked) {
    text.counter("requests_answered_total", "Requests answered.", asked.answered);
    text.counter("requests_refused_total", "Requests refused.", asked.refused);
    text.counter("requests_failed_total", "Requests that something broken stood against.",
                 asked.failed);
    text.counter("requests_limited_total", "Of those refused, for coming too often.",
                 asked.limited);
    using Figures = api::RequestFigures;
    constexpr std::string_view kLatency = "request_seconds";
    text.begin(kLatency, "histogram", "How long requests took, by their kind.");
    for (std::size_t i = 0; i < Figures::kKinds; ++i) {
        const auto kind = static_cast<Figures::Kind>(i);
        text.latencies(kLatency, "kind=\"" + std::string(Figures::name_of(kind)) + "\"",
                       asked.requests.of(kind));
    }
}

void add_loyalty(FigureText& text, const api::RequestFigures& asked,
                 const ingest::Figures& ingested) {
    text.counter("bonus_accrued_total", "Points that purchases brought, here and at tills.",
                 asked.points_accrued() + ingested.points_accrued);
    text.counter("cross_promo_triggered_total", "Promotions of one place for another: none yet.",
                 0);
    text.counter("qr_scans_total", "Coupons looked up, locked or redeemed here, or used at tills.",
                 asked.scans() + ingested.coupons_used);
    constexpr std::string_view kRedemptions = "redemptions_total";
    text.begin(kRedemptions, "counter", "Coupons that were to be redeemed here.");
    text.labelled(kRedemptions, "result=\"done\"", asked.redeemed());
    text.labelled(kRedemptions, "result=\"refused\"", asked.not_redeemed());
    text.counter("lock_contention_total", "Who came to a coupon that another had locked.",
                 asked.locked_out());
}

}  // namespace

std::string Program::figures() {
    const Intake::State state = intake_->state();
    FigureText text;
    add_ingest(text, state.figures);
    text.counter("audited_signatures_total", "Kept signatures looked at again.",
                 audited_signatures_);
    text.counter("audit_findings_total", "What is kept and does not hold.", audit_findings_);
    text.counter("audit_failures_total", "Times the audit could not go on.", audit_failures_);
    add_link_figures(text, state);
    text.counter("store_failures_total", "Times the store failed.", state.failures);
    text.gauge("messages_waiting", "Messages not looked at yet.", state.waiting);
    text.gauge("waiting_bytes", "What these take.", state.waiting_bytes);
    text.gauge("broker_connected", "1 while the broker is reached.", is_connected() ? 1 : 0);
    const api::Api::Figures& asked = front_->figures();
    add_requests(text, asked);
    add_loyalty(text, asked.requests, state.figures);
    return text.text();
}

void Program::add_link_figures(FigureText& text, const Intake::State& state) const {
    text.counter("dropped_total", "Messages for which there was no room.",
                 state.dropped + at_link_.messages);
    text.counter("dropped_bytes_total", "Bytes for which there was no room.",
                 state.dropped_bytes + at_link_.bytes);
    text.counter("dropped_at_link_total", "Of these, dropped whoever they were from.",
                 at_link_.messages);
    text.counter("told_busy_total", "Terminals told that there was no room.", told_busy_);
    text.counter("answers_dropped_total", "Answers for which there was no room.", answers_dropped_);
    text.counter("announcements_dropped_total", "Words to all terminals that could not be said.",
                 announcements_dropped_);
    text.counter("misaddressed_total", "Messages on topics that are none of ours.", misaddressed_);
    text.counter("retained_total", "Messages that the broker was told to keep.", retained_);
}

}  // namespace counterfoil::aggregator
