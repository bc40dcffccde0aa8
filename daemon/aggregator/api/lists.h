#pragma once

#include "daemon/aggregator/api/answers.h"
#include "daemon/aggregator/api/offer.h"
#include "daemon/aggregator/services/slice.h"

// How lists are asked for, and what all of them look like.
namespace counterfoil::api {

// "limit" and "offset" of a list that is counted.
std::vector<Offer::Query> part_query();
services::Part part_of(const Call& call);

// {"total": ..., name: [...]}
Shape page_shape(const char* name, const Shape& item);

template <class Items, class Answer>
json::Object page_answer(const char* name, std::optional<std::int64_t> total, const Items& items,
                         Answer answer) {
    json::Array list;
    for (const auto& item : items) list.add(answer(item));
    json::Object object;
    if (total)
        object.set("total", *total);
    else
        object.set_null("total");
    object.set(name, std::move(list));
    return object;
}

template <class Items, class Answer>
services::Outcome<std::string> written_page(const char* name, std::int64_t total,
                                            const Items& items, Answer answer) {
    return written(page_answer(name, total, items, answer));
}

// "limit", "after", "from" and "to" of a list whose parts name the place of the next one.
std::vector<Offer::Query> slice_query();
services::Outcome<services::SliceAsk> slice_ask(const Call& call);

// {"total": ..., name: [...], "next": ...}
Shape slice_shape(const char* name, const Shape& item);

template <class Item, class Answer>
services::Outcome<std::string> written_slice(const char* name, const services::Slice<Item>& slice,
                                             Answer answer) {
    json::Object object = page_answer(name, slice.total, slice.items, answer);
    set_or_null(object, "next", slice.next);
    return written(object);
}

}  // namespace counterfoil::api
