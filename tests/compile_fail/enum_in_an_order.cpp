// expect: tenon: enums have no order in SQL
#include "site.hpp"

void use(const IncidentStore& incidents) {
#ifdef MISUSE
  (void)incidents.count(field<&Incident::status> < IncidentStatus::completed);
#else
  (void)incidents.count(field<&Incident::status> != IncidentStatus::completed);
#endif
}
