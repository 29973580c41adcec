"""Geometries: read from WKT and from Natural Earth, and laid out as maps.

Coordinates are longitude, then latitude, in degrees (CRS84), as everywhere in GeoSPARQL where no
other system is named.
"""
