import unittest

import numpy as np
import torch

from grammar import visible_objects
from phrases import scene_phrases
from render import pack, render
from render_scenes import photographed
from scene import KINDS, SHELL_OBJECT, make_scene


def picture(seed, kind="room", width=64, height=48):
    return render(pack([make_scene(seed, 320, kind)]), width, height)


class Scenes(unittest.TestCase):
    def test_equal_seeds_give_equal_pictures(self):
        for kind in KINDS:
            with self.subTest(kind):
                for one, other in zip(picture(3, kind), picture(3, kind)):
                    self.assertTrue(torch.equal(one, other))

    def test_other_seeds_and_kinds_give_other_pictures(self):
        self.assertFalse(torch.equal(picture(3)[0], picture(4)[0]))
        self.assertFalse(torch.equal(picture(3)[0], picture(3, "halls")[0]))

    def test_a_scene_does_not_depend_on_the_others_of_its_batch(self):
        alone, among = picture(3), render(pack([make_scene(seed, 320) for seed in (2, 3)]), 64, 48)
        self.assertTrue(torch.equal(alone[2], among[2][1:]))
        torch.testing.assert_close(alone[1], among[1][1:])

    def test_camera_effects_depend_on_the_seed_of_the_scene_only(self):
        images = torch.rand(2, 3, 24, 32)
        both = photographed(images, [3, 4])
        self.assertTrue(torch.equal(both[1:], photographed(images[1:], [4])))
        self.assertFalse(torch.equal(both[1:], photographed(images[1:], [3])))

    def test_depth_lies_within_the_room(self):
        scene = make_scene(5, 320)
        _, depth, objects, _ = render(pack([scene]), 64, 48)
        self.assertGreater(depth.min().item(), 0)
        self.assertLess(depth.max().item(), np.linalg.norm(scene["room"]))
        self.assertLessEqual(set(objects.unique().tolist()), {*range(1, len(scene["objects"]) + 1), *SHELL_OBJECT.values()})

    def test_depth_is_measured_along_the_axis(self):
        scene = make_scene(5, 320)
        scene |= {"primitives": [], "room": np.array([4.0, 5.0, 3.0])}
        scene["camera"] |= {"position": np.array([2.0, 1.0, 1.5]), "yaw": np.pi / 2, "pitch": 0.0, "roll": 0.0, "focal": 1.0}
        _, depth, objects, _ = render(pack([scene]), 64, 64)
        wall = depth[0][objects[0] == SHELL_OBJECT["wall"]]
        self.assertAlmostEqual(wall.max().item(), 4.0, 5)
        torch.testing.assert_close(depth[0, 32, 16:48], torch.full((32,), 4.0))  # the far wall has the same depth at the side as in the middle

    def test_equal_seeds_give_equal_phrases(self):
        _, depth, objects, labels = (each[0].numpy() for each in picture(3, width=320, height=240))
        said = scene_phrases(3, "room", objects, labels, depth)
        self.assertEqual(said, scene_phrases(3, "room", objects, labels, depth))
        known = {thing["id"] for thing in visible_objects(make_scene(3, 320)["objects"], objects, depth)} | set(SHELL_OBJECT.values())
        self.assertTrue(said["expressions"])
        for expression in said["expressions"]:
            self.assertLessEqual(set(expression["objects"]), known)
            self.assertTrue(np.isin(objects, expression["objects"]).any(), expression)


if __name__ == "__main__":
    unittest.main()
