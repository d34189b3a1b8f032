#pragma once

#include <tenon/incident_store.hpp>

#include "knowledge.hpp"

// What each stage adds to an incident. They only read; the pipeline stores what they return.

/// The alert's labels and annotations, and the other incidents of its namespace that were taken in within
/// the hour before it, or with it.
tenon::Json collect(const tenon::Incident& incident, const tenon::IncidentStore& incidents);

/// Who owns the service, what it depends on, and what changed there in the day before the alert.
tenon::Json enrich(const tenon::Incident& incident, const Knowledge& knowledge);

/// The most likely cause of those that the contexts suggest, how likely it is, and what to do.
tenon::Json diagnose(const tenon::Incident& incident);
