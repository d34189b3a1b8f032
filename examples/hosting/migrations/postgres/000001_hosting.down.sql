drop schema hosting cascade;
